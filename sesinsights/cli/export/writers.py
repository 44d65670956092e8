"""How exports are written, by their format."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sesinsights.cli.file_formats import CSV, JSONL, PARQUET, format_for
from sesinsights.exports import MessageInsightsExport
from sesinsights.exports.tables.writing import write_csv, write_jsonl, write_metrics_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.cli.places import Place
    from sesinsights.exports import MetricsRecord


class Writer(NamedTuple):
    """What writes one format.

    Attributes:
        write_messages: Writes an export of messages to a path.
        write_metrics: Writes metrics to a path.
    """

    write_messages: Callable[[MessageInsightsExport, str], None]
    write_metrics: Callable[[Iterable[MetricsRecord], str], None]


_WRITERS = {
    PARQUET: Writer(MessageInsightsExport.to_parquet, write_metrics_parquet),
    CSV: Writer(MessageInsightsExport.to_csv, write_csv),
    JSONL: Writer(MessageInsightsExport.to_jsonl, write_jsonl),
}


def writer_for(place: Place, option: str, *, for_spreadsheets: bool) -> Writer:
    """Return what writes to a place; standard output gets CSV.

    Args:
        place: Where to write.
        option: The option that names it, for the text of an error.
        for_spreadsheets: Whether texts that a spreadsheet would run are guarded; for CSV only.

    Raises:
        BadValueError: The suffix does not name a format, or the format cannot be written there.
        ImportError: Parquet needs the extra `arrow`.
    """
    format_ = format_for(place, option, for_spreadsheets=for_spreadsheets)
    if for_spreadsheets:
        return Writer(
            partial(MessageInsightsExport.to_csv, for_spreadsheets=True),
            partial(write_csv, for_spreadsheets=True),
        )
    return _WRITERS[format_]
