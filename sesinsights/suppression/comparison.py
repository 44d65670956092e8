"""Two lists of addresses of any length, held against each other on the disk."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from typing_extensions import override

from sesinsights.suppression.wanted import ListedAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TABLES = """
CREATE TABLE wanted (key TEXT PRIMARY KEY, address TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE listed (address TEXT PRIMARY KEY, key TEXT, reason TEXT) WITHOUT ROWID;
CREATE INDEX listed_key ON listed (key);
"""

_WANT = """
INSERT INTO wanted VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET reason = coalesce(excluded.reason, reason)
"""
_LIST = "INSERT OR REPLACE INTO listed VALUES (?, ?, ?)"

_MISSING = """
FROM wanted WHERE NOT EXISTS (SELECT 1 FROM listed WHERE listed.key = wanted.key)
"""
_DIFFERENT = """
FROM listed JOIN wanted USING (key) WHERE wanted.reason <> listed.reason
"""
_EXTRA = """
FROM listed WHERE NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.key = listed.key)
"""


class _Database:
    """A database in a file of its own, which is closed when nothing refers to this any more."""

    def __init__(self) -> None:
        # Without a name, the file goes when the database is closed.
        self.connection = sqlite3.connect("", check_same_thread=False)
        self.connection.executescript(_TABLES)
        weakref.finalize(self, self.connection.close)

    def rows(self, query: str, values: Sequence[str | int] = ()) -> Iterator[Any]:
        """Return the rows of a query."""
        return self.connection.execute(query, values)

    def number(self, query: str) -> int:
        """Return the number that a query asks for."""
        (row,) = self.rows(query)
        return int(row[0])


class AddressSequence(Sequence[ListedAddress]):
    """Addresses on the disk, which are read when they are asked for; the repr says how many.

    Args:
        database: Where they are.
        columns: What makes the address and the reason.
        rows: The rest of the query.
        values: The values of its parameters.
    """

    def __init__(
        self, database: _Database, columns: str, rows: str, values: Sequence[str] = ()
    ) -> None:
        self._database = database
        self._query = f"SELECT {columns} {rows} ORDER BY 1"
        self._values = values
        self._length = database.number(f"SELECT count(*) {rows}")

    @override
    def __len__(self) -> int:
        return self._length

    @override
    def __iter__(self) -> Iterator[ListedAddress]:
        for row in self._database.rows(self._query, self._values):
            yield ListedAddress(*row)

    @overload
    def __getitem__(self, index: int) -> ListedAddress: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ListedAddress]: ...

    @override
    def __getitem__(self, index: int | slice) -> ListedAddress | Sequence[ListedAddress]:
        places = range(self._length)[index]
        if isinstance(places, int):
            return self._between(places, 1)[0]
        if not places:
            return []
        first = min(places[0], places[-1])
        found = self._between(first, abs(places[-1] - places[0]) + 1)
        return [found[place - first] for place in places]

    @override
    def __repr__(self) -> str:
        return f"<{self._length} addresses>"

    def _between(self, first: int, count: int) -> list[ListedAddress]:
        query = f"{self._query} LIMIT ? OFFSET ?"
        rows = self._database.rows(query, (*self._values, count, first))
        return [ListedAddress(*row) for row in rows]


class Comparison:
    """A wanted list and the service's, neither of which is ever held in memory.

    Case does not matter, as for sending: an address that is listed in another
    spelling holds mail back already. What is listed keeps its spelling.
    """

    def __init__(self) -> None:
        self._database = _Database()

    def want(self, addresses: Iterable[ListedAddress]) -> None:
        """Add addresses to the wanted list; of one with two reasons, the last counts."""
        rows = ((each.email_address.lower(), each.email_address, each.reason) for each in addresses)
        with self._database.connection as connection:
            connection.executemany(_WANT, rows)

    def list(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Add addresses, each with its reason, to the service's list."""
        rows = ((address, address.lower(), reason) for address, reason in addresses)
        with self._database.connection as connection:
            connection.executemany(_LIST, rows)

    def missing(self, default_reason: str) -> AddressSequence:
        """Return what is wanted and not listed."""
        columns = "wanted.address, coalesce(wanted.reason, ?)"
        return AddressSequence(self._database, columns, _MISSING, [default_reason])

    def different(self) -> AddressSequence:
        """Return what is listed for another reason than the wanted one, with that one."""
        return AddressSequence(self._database, "listed.address, wanted.reason", _DIFFERENT)

    def extra(self) -> AddressSequence:
        """Return what is listed and not wanted."""
        return AddressSequence(self._database, "listed.address, listed.reason", _EXTRA)

    def agreeing(self) -> int:
        """Return how many listed addresses are wanted as they are."""
        listed = self._database.number("SELECT count(*) FROM listed")
        return listed - len(self.different()) - len(self.extra())
