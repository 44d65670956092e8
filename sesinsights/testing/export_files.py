"""The bytes of an export file, exactly as the service writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sesinsights.testing.messages import Message, TimedEvent
    from sesinsights.testing.metrics import MetricsTable


_COLUMNS = (
    "messageid",
    "sendtimestamp",
    "isp",
    "fromaddress",
    "destination",
    "subject",
    "last_delivery_event",
    "last_engagement_event",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
    "bounce_sub_type",
    "diagnostic_code",
)


def insights_csv(messages: Iterable[Message]) -> bytes:
    """Write every field in quotation marks, and a comma after the last one too."""
    lines = [_COLUMNS, *(_row(message) for message in messages)]
    return _encoded("".join(_csv_line(line) for line in lines))


def insights_json(messages: Iterable[Message]) -> bytes:
    """Write an array with an object a line, the comma before each but the first."""
    objects = [
        {name: text for name, text in zip(_COLUMNS, _row(message), strict=True) if text is not None}
        for message in messages
    ]
    lines = [json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in objects]
    return _encoded("[\n" + "\n,".join(lines) + ("\n" if lines else "") + "]\n")


def metrics_csv(table: MetricsTable) -> bytes:
    """Write plain fields; only one that would break its line is quoted."""
    lines = [[*table.dimensions, *table.metrics]]
    for values, figures in table.rows:
        lines.append([*map(_plain_field, values), *map(_decimal, figures)])
    return _encoded("".join(",".join(line) + "\n" for line in lines))


def metrics_json(table: MetricsTable) -> bytes:
    """Write an array on one line, figures with four decimals."""
    return ("[" + ",".join(_metrics_object(table, *row) for row in table.rows) + "]\n").encode()


def _encoded(text: str) -> bytes:
    """Return text in UTF-8; half of a character, which a test may have sent, becomes `?`."""
    return text.encode(errors="replace")


def _row(message: Message) -> tuple[str | None, ...]:
    delivery, engagement = message.last_delivery_event, message.last_engagement_event
    return (
        message.message_id,
        _time(message.sent_at),
        message.isp,
        message.from_email_address,
        message.destination,
        message.subject,
        *(event.delivery_type if event else None for event in (delivery, engagement)),
        *(_time(event.at) if event else None for event in (delivery, engagement)),
        *_bounce(delivery),
    )


def _bounce(event: TimedEvent | None) -> tuple[str | None, str | None]:
    return (event.what.bounce_sub_type, event.what.diagnostic_code) if event else (None, None)


def _time(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03} UTC"


def _csv_line(fields: Sequence[str | None]) -> str:
    return "".join(_quoted(field or "") + "," for field in fields) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _plain_field(text: str) -> str:
    return _quoted(text) if any(character in text for character in ',"\n') else text


def _metrics_object(table: MetricsTable, values: Sequence[str], figures: Sequence[float]) -> str:
    dimensions = "".join(
        f"{json.dumps(name.lower())}:{json.dumps(value)},"
        for name, value in zip(table.dimensions, values, strict=True)
    )
    metrics = ",".join(
        f"{json.dumps(name)}:{_decimal(figure)}"
        for name, figure in zip(table.metrics, figures, strict=True)
    )
    return f'{{{dimensions}"metrics":{{{metrics}}}}}'


def _decimal(figure: float) -> str:
    return f"{figure:.4f}"
