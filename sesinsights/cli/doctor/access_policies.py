"""What a policy document allows a service to do, judged by the document alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MATCHES = ("arnequals", "arnlike", "bool", "stringequals", "stringequalsignorecase", "stringlike")
_NEGATIONS = {
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
}
_WITH_WILDCARDS = ("arnequals", "arnlike", "stringlike")


@dataclass(frozen=True, slots=True)
class Access:
    """What is to be allowed.

    Attributes:
        action: The action, such as `sns:Publish`.
        resource: The ARN that it is done to; None for the one that has the policy.
        service: The service that does it; None where a policy is that of who does it.
        facts: What is known about the request, by the keys of conditions in lower case.
    """

    action: str
    resource: str | None
    service: str | None
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The result of policies for an access.

    Attributes:
        is_allowed: Whether a statement allows it and none denies it, the doubts aside.
        doubts: Conditions that a statement has and that cannot be judged here, by their keys.
    """

    is_allowed: bool
    doubts: tuple[str, ...] = ()


def ruling(policies: list[Any], access: Access) -> Ruling:
    """Return the result of policies for an access.

    Args:
        policies: Policy documents, as JSON text or as objects; all of them count.
        access: What is to be allowed.
    """
    allowed: list[tuple[str, ...]] = []
    doubts: tuple[str, ...] = ()
    for statement in (each for policy in policies for each in _statements(policy)):
        unknown = _doubts_about(statement, access)
        if unknown is None:
            continue
        if statement.get("Effect") == "Allow":
            allowed.append(unknown)
        elif not unknown:
            return Ruling(is_allowed=False)
        else:
            doubts += unknown
    if not allowed:
        return Ruling(is_allowed=False)
    return Ruling(is_allowed=True, doubts=tuple(dict.fromkeys((*min(allowed, key=len), *doubts))))


def _statements(policy: Any) -> Iterator[dict[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) else policy
    yield from _list(document.get("Statement"))


def _doubts_about(statement: Mapping[str, Any], access: Access) -> tuple[str, ...] | None:
    """Return the doubts about a statement; None if the statement is not about the access."""
    if not _names(statement, "Action", access.action, ignore_case=True):
        return None
    if access.resource and not _names(statement, "Resource", access.resource):
        return None
    doubts: list[str] = []
    if access.service is not None:
        if "NotPrincipal" in statement:
            doubts.append("NotPrincipal")
        elif not _is_principal(statement.get("Principal"), access.service):
            return None
    conditions = cast("dict[str, dict[str, Any]]", statement.get("Condition") or {})
    for operator, keys in conditions.items():
        for key, values in keys.items():
            is_met = _is_met(operator, access.facts.get(key.lower()), values)
            if is_met is None:
                doubts.append(key)
            elif not is_met:
                return None
    return tuple(doubts)


def _names(
    statement: Mapping[str, Any], member: str, name: str, *, ignore_case: bool = False
) -> bool:
    """Return whether a member, or what it is to leave out, names an action or a resource."""
    if f"Not{member}" in statement:
        return not _matches_any(statement[f"Not{member}"], name, ignore_case=ignore_case)
    return _matches_any(statement.get(member), name, ignore_case=ignore_case)


def _is_principal(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    members = cast("dict[str, Any]", principal or {})
    return "*" in _list(members.get("AWS")) or service in _list(members.get("Service"))


def _is_met(operator: str, known: str | None, values: Any) -> bool | None:
    """Return whether a condition is met; None if that cannot be judged."""
    name = operator.lower().removesuffix("ifexists")
    positive = _NEGATIONS.get(name, name)
    if known is None or positive not in _MATCHES:
        return None
    ignore_case = positive in {"bool", "stringequalsignorecase"}
    if positive in _WITH_WILDCARDS:
        is_match = _matches_any(values, known, ignore_case=ignore_case)
    else:
        texts = [str(value).lower() if ignore_case else str(value) for value in _list(values)]
        is_match = (known.lower() if ignore_case else known) in texts
    return is_match != (name in _NEGATIONS)


def _matches_any(patterns: Any, text: str, *, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return any(re.fullmatch(_regex(str(each)), text, flags) for each in _list(patterns))


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return [*cast("Iterable[Any]", value)] if isinstance(value, list) else [value]
