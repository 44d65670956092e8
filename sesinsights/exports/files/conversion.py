"""Makes records from a few rows of a file."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, datetime
from itertools import repeat
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sesinsights.exports.files.flat_metrics import METRICS_DATES
from sesinsights.exports.files.records import (
    FIELDS,
    FLAG_COLUMNS,
    MESSAGE_INSIGHTS_COLUMNS,
    TIME_COLUMNS,
    MessageInsightsRecord,
    MetricsRecord,
    unknown_name,
)
from sesinsights.models.enums import DeliveryEventType, EngagementEventType, NewValue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

RowT = TypeVar("RowT")

Columns: TypeAlias = "Sequence[Sequence[str | None] | None]"
"""The texts of each known column; None for one that the file does not have."""

Make: TypeAlias = "Callable[[Columns, Sequence[Mapping[str, str]]], list[RowT]]"
"""Makes records, or other values, from the known columns of a few rows and each row's others."""

_KNOWN = MESSAGE_INSIGHTS_COLUMNS.keys()
_COLUMNS = {field: column for column, field in MESSAGE_INSIGHTS_COLUMNS.items()}

_OWN = _COLUMNS.keys() - _KNOWN
_SERVICES = _KNOWN - _COLUMNS.keys()
"""The columns that only the service's files have, and not those that this library wrote."""

_FLAGS = {"TRUE": True, "FALSE": False}

ZONE = " UTC"
"""The end of the service's times."""

_DIMENSION_ALIASES = {"IDENTITY": "EMAIL_IDENTITY"}
"""Names of dimensions in files, as the API spells them."""

# A frozen dataclass sets each field through object.__setattr__, which takes a third of the time
# of reading a file. So a record of a file is made as a draft, which has the same slots, and then
# gets the class that is frozen.
_Draft: Any = dataclasses.make_dataclass("_Draft", [*FIELDS, "extra"], slots=True)


def message_insights_of_columns(
    make: Make[RowT], header: Sequence[str], columns: Sequence[Sequence[str]]
) -> list[RowT]:
    """Return the values that `make` makes from rows of a CSV file.

    Args:
        make: Makes values from columns, as `records_of_texts` does.
        header: The names of the columns, as the service or as this library writes them.
        columns: The texts of each column, followed by an empty column.

    Raises:
        ValueError: A row cannot be read; the text says what is wrong with it.
    """
    texts = dict(zip(service_names(header), columns, strict=False))
    unknown = {name: column for name, column in texts.items() if name not in _KNOWN}
    extras = [
        {name: column[row] for name, column in unknown.items() if column[row]} if unknown else {}
        for row in range(len(columns[-1]))
    ]
    return make([texts.get(name) for name in _KNOWN], extras)


def service_names(names: Collection[str]) -> Collection[str]:
    """Return the service's names of columns, which may have the names of this library's files."""
    if _OWN.isdisjoint(names) or not _SERVICES.isdisjoint(names):
        return names
    return [_COLUMNS.get(name) or unknown_name(name) for name in names]


def message_insights_of_objects(make: Make[RowT], objects: Sequence[dict[str, Any]]) -> list[RowT]:
    """Return the values that `make` makes from objects of the service's or this library's files.

    Args:
        make: Makes values from columns, as `records_of_texts` does.
        objects: The objects.

    Raises:
        ValueError: An object cannot be read; the text says what is wrong with it.
    """
    if not all(map(_OWN.isdisjoint, objects)):
        objects = [dict(zip(service_names(row), row.values(), strict=True)) for row in objects]
    columns = [[row.get(name) for row in objects] for name in _KNOWN]
    values = sum(len(column) - column.count(None) for column in columns)
    if values == sum(map(len, objects)) and all(map(_is_text, columns)):
        return make(columns, [{} for _ in objects])
    # Something is null, is not text, or belongs to an unknown column.
    if any(row and _KNOWN.isdisjoint(row) for row in objects):
        raise ValueError("it has no column of message insights")
    rows = [{name: _as_text(value) for name, value in row.items()} for row in objects]
    return make(
        [[row.get(name) for row in rows] for name in _KNOWN],
        [{name: text for name, text in row.items() if name not in _KNOWN and text} for row in rows],
    )


def _is_text(column: Sequence[object]) -> bool:
    return {str, NoneType}.issuperset(map(type, column))


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def records_of_texts(
    columns: Columns, extras: Sequence[Mapping[str, str]]
) -> list[MessageInsightsRecord]:
    """Return rows as records.

    Args:
        columns: The texts of the known columns, in their order.
        extras: What each row has in other columns.

    Raises:
        ValueError: A row cannot be read; the text says what is wrong with it.
    """
    values = [
        repeat(None) if column is None else _CONVERSIONS.get(name, _texts)(name, column)
        for name, column in zip(_KNOWN, columns, strict=True)
    ]
    records: list[MessageInsightsRecord] = list(map(_Draft, *values, extras))
    for record in records:
        record.__class__ = MessageInsightsRecord
    return records


def _texts(_: str, texts: Sequence[str | None]) -> Sequence[str | None]:
    return [text or None for text in texts]


def times_of(name: str, texts: Sequence[str | None]) -> Sequence[datetime | None]:
    """Return the texts of a column as times in UTC; None for empty ones.

    Raises:
        ValueError: One is not a time.
    """
    parse = datetime.fromisoformat
    try:
        # In the service's format of times.
        return [parse(text.removesuffix(ZONE) + "Z") if text else None for text in texts]
    except ValueError:
        pass
    try:
        return [_in_utc(parse(text.removesuffix(ZONE))) if text else None for text in texts]
    except (ValueError, OverflowError):
        raise ValueError(f"its {name} is not a time") from None


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def flags_of(name: str, texts: Sequence[str | None]) -> Sequence[bool | None]:
    """Return the texts of a column as flags; None for empty ones.

    Raises:
        ValueError: One is not a flag.
    """
    try:
        return [_FLAGS[text.upper()] if text else None for text in texts]
    except KeyError:
        raise ValueError(f"its {name} is neither TRUE nor FALSE") from None


def _delivery_events(
    _: str, texts: Sequence[str | None]
) -> Sequence[DeliveryEventType | NewValue | None]:
    known = DeliveryEventType.__members__
    return [known.get(text) or NewValue(text) if text else None for text in texts]


def _engagement_events(
    _: str, texts: Sequence[str | None]
) -> Sequence[EngagementEventType | NewValue | None]:
    known = EngagementEventType.__members__
    return [known.get(text) or NewValue(text) if text else None for text in texts]


_CONVERSIONS: dict[str, Callable[[str, Sequence[str | None]], Sequence[object]]] = {
    **dict.fromkeys(TIME_COLUMNS, times_of),
    **dict.fromkeys(FLAG_COLUMNS, flags_of),
    "last_delivery_event": _delivery_events,
    "last_engagement_event": _engagement_events,
}
"""The conversions of columns from texts to values; any other column stays text."""


def is_metric(column: str) -> bool:
    """Return whether a column of a CSV file of metrics has figures; any other is a dimension."""
    return column.endswith(("_VOLUME", "_RATE"))


def metrics_of_columns(
    start_date: datetime | None,
    end_date: datetime | None,
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
) -> list[MetricsRecord]:
    """Return rows of a CSV file of metrics as records.

    Args:
        start_date: The beginning of the interval; the row's own when None.
        end_date: The end of the interval; the row's own when None.
        header: The names of the columns.
        columns: The texts of each column, followed by an empty column.

    Raises:
        ValueError: A row cannot be read; the text says what is wrong with it.
    """
    rows = [dict(zip(header, row, strict=False)) for row in zip(*columns, strict=True)]
    return [_flat_record(start_date, end_date, row) for row in rows]


def _flat_record(
    start_date: datetime | None, end_date: datetime | None, row: Mapping[str, object]
) -> MetricsRecord:
    """Return the record of a row that has dates, dimensions and figures side by side."""
    started, ended = (times_of(name, [_as_text(row.get(name))])[0] for name in METRICS_DATES)
    values = {name: value for name, value in row.items() if name not in METRICS_DATES}
    return _record(
        {name: value for name, value in values.items() if not is_metric(name)},
        {name: value for name, value in values.items() if is_metric(name)},
        start_date or started,
        end_date or ended,
    )


def metrics_of_objects(
    start_date: datetime | None, end_date: datetime | None, objects: Sequence[dict[str, Any]]
) -> list[MetricsRecord]:
    """Return objects of a file of metrics as records.

    Args:
        start_date: The beginning of the interval; the object's own when None.
        end_date: The end of the interval; the object's own when None.
        objects: A value for each dimension, and the figures: within `metrics` in the service's
            files, beside the dimensions in this library's.

    Raises:
        ValueError: An object cannot be read; the text says what is wrong with it.
    """
    return [_metrics_record(start_date, end_date, row) for row in objects]


def _metrics_record(
    start_date: datetime | None, end_date: datetime | None, row: Mapping[str, Any]
) -> MetricsRecord:
    if isinstance(row.get("metrics"), dict):
        dimensions = {name: value for name, value in row.items() if name != "metrics"}
        return _record(dimensions, row["metrics"], start_date, end_date)
    if not any(map(is_metric, row)):
        raise ValueError("it has no metrics")
    return _flat_record(start_date, end_date, row)


def _dimensions(values: Mapping[str, object]) -> dict[str, str]:
    """Return the values that are not empty; JSON files have the names in lower case."""
    texts = {name.upper(): _as_text(value) for name, value in values.items()}
    return {_DIMENSION_ALIASES.get(name, name): text for name, text in texts.items() if text}


def _record(
    dimensions: Mapping[str, object],
    metrics: Mapping[str, object],
    start_date: datetime | None,
    end_date: datetime | None,
) -> MetricsRecord:
    """Return a record with the metrics that are numbers apart from those that are text."""
    texts = {name: text for name, value in metrics.items() if (text := _as_text(value))}
    figures = {
        name: figure for name, text in texts.items() if (figure := _figure(text)) is not None
    }
    others = {name: text for name, text in texts.items() if name not in figures}
    return MetricsRecord(_dimensions(dimensions), figures, start_date, end_date, others)


def _figure(text: str) -> float | None:
    try:
        figure = float(text)
    except ValueError:
        return None
    return figure if math.isfinite(figure) else None
