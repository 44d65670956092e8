"""The formats of written files, by the suffix of their names."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from sesinsights.cli.option_values import BadValueError

if TYPE_CHECKING:
    from sesinsights.cli.places import Place


PARQUET, CSV, JSONL = ".parquet", ".csv", ".jsonl"


def format_for(place: Place, option: str, *, for_spreadsheets: bool) -> str:
    """Return the suffix of the format for a place; standard output gets CSV.

    Args:
        place: Where to write.
        option: The option that names it, for the text of an error.
        for_spreadsheets: Whether texts that a spreadsheet would run are guarded; for CSV only.

    Raises:
        BadValueError: The suffix does not name a format, or the format cannot be written there.
        ImportError: Parquet needs the extra `arrow`.
    """
    suffix = CSV if place.is_stdout else PurePath(place.name).suffix.lower()
    if suffix not in {PARQUET, CSV, JSONL}:
        raise BadValueError(option, f"the name must end in {PARQUET}, {CSV} or {JSONL}")
    if place.is_remote and suffix != PARQUET:
        raise BadValueError(option, "only a .parquet file can be written to a URI")
    if for_spreadsheets and suffix != CSV:
        raise BadValueError("--for-spreadsheets", "it applies only to .csv files")
    if suffix == PARQUET:
        from sesinsights.extras import require_extra

        require_extra("arrow")
    return suffix
