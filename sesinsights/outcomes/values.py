"""Values of rows that mean the same in tables of events and of exports, on every engine.

Importing this needs the extra `report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.models.reasons import AUTO_REPLY, BounceReason, plain_name
from sesinsights.outcomes.addresses import IN_ANGLES
from sesinsights.outcomes.states import SEVERITY, Status
from sesinsights.outcomes.untyped import (
    BooleanValue,
    IntegerValue,
    StringValue,
    TimestampValue,
    ibis,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


NOBODY, BOTS, UNKNOWN, PEOPLE = range(4)
"""Who opened or clicked: nobody, a bot, unknown, or probably a person.

The greatest known value counts; null means that no source can tell.
"""

FALSE = ibis.literal(value=False)

_REASONS = {plain_name(reason): reason for reason in BounceReason}


def null(type_: str) -> Any:
    """Return null, of a type."""
    return ibis.null(type_)


def is_true(condition: BooleanValue) -> BooleanValue:
    """Return whether something is true, rather than false or unknown."""
    return condition.fill_null(False)  # noqa: FBT003


def filled(*texts: StringValue) -> StringValue:
    """Return the first text that is not empty; null if there is none."""
    return ibis.coalesce(*(text.nullif("") for text in texts))


def bare(address: StringValue) -> StringValue:
    """Return an address in lower case, without a name, as `bare_address` does."""
    bare = ibis.ifelse(address.contains("<"), address.re_extract(IN_ANGLES, 1), address)
    return filled(bare.lower())


def domain(address: StringValue) -> StringValue:
    """Return the domain of a bare address; null if it has none."""
    return address.re_extract("@([^@]*)$", 1).nullif("")


def plain(name: StringValue) -> StringValue:
    """Return a name in the spelling for comparisons, as `plain_name` does."""
    return name.lower().translate("_ -", "")


def reason_of(sub_type: StringValue) -> StringValue:
    """Return the reason for a bounce from its subtype, as `bounce_reason` does."""
    known = [(name, str(reason)) for name, reason in _REASONS.items()]
    return plain(sub_type).cases(*known, else_=sub_type.nullif(""))


def is_auto_reply(may_be: BooleanValue, said: StringValue) -> BooleanValue:
    """Return whether a bounce is an automatic reply.

    Args:
        may_be: Whether type and reason allow it; few rows do, and engines search those only.
        said: The reply of the other server.
    """
    return ibis.ifelse(may_be, said.re_search(AUTO_REPLY), FALSE)


def severities(name: StringValue, table: Mapping[str, Status], other: Status) -> IntegerValue:
    """Return the severity of each name's status."""
    branches = [(str(each), SEVERITY[status]) for each, status in table.items()]
    return name.cases(*branches, else_=SEVERITY[other])


def mark(severity: IntegerValue) -> StringValue:
    """Return the severity as two digits, which sort in the same order.

    Texts that begin with it sort by severity first, so the greatest belongs to the most severe
    status, on every engine and in any order of the facts.
    """
    return (severity.cast("int64") + 10).cast("string")


def milliseconds(time: TimestampValue) -> IntegerValue:
    """Return a time in milliseconds since 1970, on engines with and without fractions."""
    if ibis.get_backend(time).name == "duckdb":
        return _in_milliseconds(time)
    seconds = time.epoch_seconds().cast("float64").floor().cast("int64")
    return seconds * 1000 + time.millisecond().cast("int64")


def _epoch_ms(_time: object) -> int:
    """Return a time in whole milliseconds since 1970, on DuckDB, where this is fast.

    Ibis 10 passes the argument by name, beside one that it calls `_`.
    """
    raise NotImplementedError


_in_milliseconds: Any = ibis.udf.scalar.builtin(
    _epoch_ms, name="epoch_ms", signature=(("timestamp('UTC')",), "int64")
)
