"""Timelines from any mix of sources."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from sesinsights.outcomes.facts import Source, facts_of
from sesinsights.outcomes.folding import fold
from sesinsights.outcomes.sorting import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.outcomes.timeline import Timeline


def timelines(*sources: Source | Iterable[Source]) -> Iterator[Timeline]:
    """Combine lookups, export records and events into a timeline for each message and recipient.

    The result does not depend on the order of the facts or on duplicates. The case of addresses is
    ignored. Facts that name no recipient, such as an open of a message to several recipients, have
    a timeline of their own, without a recipient.

    All sources are read before the first timeline is returned. Up to 200,000 facts are held in
    memory; more are sorted on disk by DuckDB if the extra `report` is installed. For tables, see
    `from_arrow`.

    Args:
        sources: Lookups, as `get_message_insights` and `iter_message_insights` return them; export
            records; events; and iterables of these, such as an export or what `events.read`
            returns. Failed lookups and notices are ignored.

    Returns:
        An iterator, ordered by message id and recipient.

    Raises:
        TypeError: During the iteration, if a source contains anything else.
    """
    facts = chain.from_iterable(map(facts_of, chain.from_iterable(map(_each, sources))))
    return map(fold, grouped(facts))


def _each(source: Source | Iterable[Source]) -> Iterable[Source]:
    # A lookup is iterable too: over its fields.
    if isinstance(source, Source) or not isinstance(source, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] # facts_of refuses it
        return (source,)
    return source
