"""How exports are written: the suffix of a name says which format."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from sesinsights.cli.option_values import BadValueError
from sesinsights.exports import MessageInsightsExport
from sesinsights.exports.tables.writing import write_csv, write_jsonl, write_metrics_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.cli.places import Place
    from sesinsights.exports import MetricsRecord

__all__ = ["Writer", "writer_for"]


class Writer(NamedTuple):
    """What writes one format.

    Attributes:
        write_messages: Writes an export of messages to a path.
        write_metrics: Writes metrics to a path.
    """

    write_messages: Callable[[MessageInsightsExport, str], None]
    write_metrics: Callable[[Iterable[MetricsRecord], str], None]


_PARQUET, _CSV = ".parquet", ".csv"
_WRITERS = {
    _PARQUET: Writer(MessageInsightsExport.to_parquet, write_metrics_parquet),
    _CSV: Writer(MessageInsightsExport.to_csv, write_csv),
    ".jsonl": Writer(MessageInsightsExport.to_jsonl, write_jsonl),
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
    suffix = _CSV if place.is_stdout else PurePath(place.name).suffix.lower()
    if suffix not in _WRITERS:
        *first, last = _WRITERS
        raise BadValueError(
            option, f"the name must end in {', '.join(first)} or {last}, to say what to write"
        )
    if place.is_remote and suffix != _PARQUET:
        raise BadValueError(option, "only a .parquet file can be written to a URI")
    if for_spreadsheets:
        if suffix != _CSV:
            raise BadValueError("--for-spreadsheets", "only a .csv file takes it")
        return Writer(
            partial(MessageInsightsExport.to_csv, for_spreadsheets=True),
            partial(write_csv, for_spreadsheets=True),
        )
    if suffix == _PARQUET:
        from sesinsights.extras import require_extra

        require_extra("arrow")
    return _WRITERS[suffix]
