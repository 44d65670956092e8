"""Groups facts by message and recipient, in memory or, if there are many, on disk."""

from __future__ import annotations

import pickle
from collections import defaultdict
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from itertools import chain, groupby, islice
from operator import itemgetter
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias, cast

from sesinsights.outcomes.interruptions import interruptible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sesinsights.outcomes.facts import Fact


MOST_IN_MEMORY = 200_000
"""With more facts than this, DuckDB groups them."""

_ROWS = 20_000
"""How many facts are passed to DuckDB at once."""

_MEMORY = "256MB"
_THREADS = 2
"""How many threads of DuckDB share the memory; each of many would have too little."""

Key: TypeAlias = tuple[bytes, bytes]


def grouped(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Yield the facts of each message and recipient, ordered by both.

    If there are too many for memory and DuckDB is installed, it sorts them on disk.
    """
    facts = iter(facts)
    first = list(islice(facts, MOST_IN_MEMORY))
    more = list(islice(facts, 1))
    if more and find_spec("duckdb") and find_spec("pyarrow"):
        yield from _on_disk(chain(first, more, facts))
        return
    found: defaultdict[Key, list[Fact]] = defaultdict(list)
    for fact in chain(first, more, facts):
        found[_key(fact)].append(fact)
    for key in sorted(found):
        yield found.pop(key)


def _key(fact: Fact) -> Key:
    texts = (fact.message_id or "", fact.recipient or "")
    return cast("Key", tuple(text.encode(errors="surrogatepass") for text in texts))


def _on_disk(facts: Iterator[Fact]) -> Iterator[list[Fact]]:
    import duckdb
    import pyarrow as pa

    with (
        TemporaryDirectory(prefix="sesinsights-") as directory,
        closing(duckdb.connect(f"{directory}/facts.db")) as connection,
    ):
        connection.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = {_THREADS}")
        connection.execute("CREATE TABLE facts (message_id BLOB, recipient BLOB, fact BLOB)")
        while rows := [(*_key(fact), pickle.dumps(fact)) for fact in islice(facts, _ROWS)]:
            columns = zip(("message_id", "recipient", "fact"), zip(*rows, strict=True), strict=True)
            connection.register("more", pa.table({name: [*values] for name, values in columns}))
            connection.execute("INSERT INTO facts SELECT * FROM more")
        order = "SELECT * FROM facts ORDER BY message_id, recipient"
        interruptible(partial(connection.execute, order), connection)
        sorted_rows = chain.from_iterable(iter(lambda: connection.fetchmany(_ROWS), []))
        for _, of_key in groupby(sorted_rows, key=itemgetter(0, 1)):
            # What is read here was written above.
            yield [pickle.loads(row[2]) for row in of_key]  # noqa: S301
