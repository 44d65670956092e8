"""How many messages did what, by mailbox provider, identity, configuration set and tenant."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sesinsights.models.reasons import is_suppression_echo
from sesinsights.testing.export_request import WILDCARD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sesinsights.testing.messages import Message, TimedEvent


UNKNOWN_ISP = "UNKNOWN_ISP"
"""What the service calls a mailbox provider that it does not know."""

_PROVIDERS = ("Gmail", "Hotmail", "Yahoo", "iCloud", UNKNOWN_ISP)
"""The mailbox providers that a wildcard lists, also without mail. The service's own list is longer
and not published."""

_DEFAULT_AGGREGATION = "VOLUME"

_DELIVERED = frozenset({"DELIVERY"})

_REQUIRED_EVENTS: dict[str, frozenset[str]] = {
    "DELIVERY_OPEN": _DELIVERED | {"OPEN"},
    "DELIVERY_CLICK": _DELIVERED | {"CLICK"},
    "DELIVERY_COMPLAINT": _DELIVERED | {"COMPLAINT"},
}
"""What must have happened to a message that counts; any other metric is named as its event.

Really these count the deliveries of mail that could be tracked. A message of the emulator does
not say whether it could, so only those that were tracked are known to have been trackable.
"""


@dataclass(frozen=True, slots=True)
class MetricsTable:
    """An aggregate: one row for each combination of dimension values.

    Attributes:
        dimensions: The dimensions' names, in the order of the request.
        metrics: The names of the figures, such as `SEND_VOLUME`, in the order of the request.
        rows: The dimensions' values and the figures of each row.
    """

    dimensions: Sequence[str]
    metrics: Sequence[str]
    rows: Sequence[tuple[Sequence[str], Sequence[float]]]


def aggregate(source: Mapping[str, Any], messages: Iterable[Message]) -> MetricsTable:
    """Count messages as a checked MetricsDataSource asks; each counts once for a metric.

    A combination without messages has no row, but for the known mailbox providers: a wildcard
    lists them all. The service model does not require a metric's name; one without has no column.
    """
    metrics = [
        (metric["Name"], metric.get("Aggregation", _DEFAULT_AGGREGATION))
        for metric in source["Metrics"]
        if "Name" in metric
    ]
    groups: defaultdict[tuple[str, ...], list[frozenset[str]]] = defaultdict(list)
    groups.update((key, []) for key in _listed_without_mail(source["Dimensions"]))
    for message in messages:
        happened = counted_events(message)
        per_dimension = [
            _values(_DIMENSIONS[name](message), asked)
            for name, asked in source["Dimensions"].items()
        ]
        for key in itertools.product(*per_dimension):
            groups[key].append(happened)
    return MetricsTable(
        dimensions=list(source["Dimensions"]),
        metrics=[f"{name}_{aggregation}" for name, aggregation in metrics],
        rows=[
            (key, [_figure(*metric, groups[key]) for metric in metrics]) for key in sorted(groups)
        ],
    )


def _listed_without_mail(dimensions: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, ...]]:
    if WILDCARD not in dimensions.get("ISP", ()):
        return ()
    return itertools.product(
        *(_PROVIDERS if name == "ISP" else values for name, values in dimensions.items())
    )


def _values(has: Sequence[str], asked: Sequence[str]) -> Sequence[str]:
    if WILDCARD in asked:
        return has[:1]
    return [value for value in asked if value in has]


def _figure(metric: str, aggregation: str, messages: Sequence[frozenset[str]]) -> float:
    volume = _volume(metric, messages)
    if aggregation == "VOLUME":
        return volume
    sends = _volume("SEND", messages)
    return volume / sends if sends else 0.0


def _volume(metric: str, messages: Sequence[frozenset[str]]) -> int:
    required = required_events(metric)
    return sum(required <= happened for happened in messages)


def required_events(metric: str) -> frozenset[str]:
    """Return what must have happened to a message that counts for a metric."""
    return _REQUIRED_EVENTS.get(metric, frozenset({metric}))


def counted_events(message: Message) -> frozenset[str]:
    """Return what happened to a message, as metrics see it.

    They see neither echoes of the suppression list nor mail to the mailbox simulator.
    """
    happened = {event.delivery_type for event in message.events if not _is_echo(event)}
    return frozenset() if message.is_to_simulator else frozenset(happened)


def _is_echo(event: TimedEvent) -> bool:
    sub_type = event.what.bounce_sub_type or event.what.complaint_sub_type
    return sub_type is not None and is_suppression_echo(sub_type)


def has_values(message: Message, dimensions: Mapping[str, str]) -> bool:
    """Tell whether a message has a value in each of some dimensions."""
    return all(value in _DIMENSIONS[name](message) for name, value in dimensions.items())


def _identities(message: Message) -> Sequence[str]:
    return (message.sender.rpartition("@")[2], message.sender)


_DIMENSIONS: dict[str, Callable[[Message], Sequence[str]]] = {
    "ISP": lambda message: (message.isp or UNKNOWN_ISP,),
    "EMAIL_IDENTITY": _identities,
    "CONFIGURATION_SET": lambda m: (m.configuration_set,) if m.configuration_set else (),
    "TENANT_NAME": lambda m: (m.tenant_name,) if m.tenant_name else (),
}
"""The values of a message in each dimension; with a wildcard it counts under the first."""
