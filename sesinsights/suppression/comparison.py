"""Compares two lists of addresses of any length, on the disk."""

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
    """A database in a temporary file, closed once nothing refers to this object."""

    def __init__(self) -> None:
        # SQLite deletes a file without a name when the database is closed.
        self.connection = sqlite3.connect("", check_same_thread=False)
        self.connection.executescript(_TABLES)
        weakref.finalize(self, self.connection.close)

    def rows(self, query: str, values: Sequence[str | int] = ()) -> Iterator[Any]:
        """Return the rows of a query."""
        return self.connection.execute(query, values)

    def number(self, query: str) -> int:
        """Return the one number that a query selects."""
        (row,) = self.rows(query)
        return int(row[0])


class AddressSequence(Sequence[ListedAddress]):
    """Addresses on the disk, read when they are needed; the repr only says how many.

    Args:
        database: The database that holds them.
        columns: The columns of the query: the address and the reason.
        rows: The rest of the query, from its FROM.
        values: The values of the query's parameters.
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
            return self._slice(places, 1)[0]
        if not places:
            return []
        first = min(places[0], places[-1])
        found = self._slice(first, abs(places[-1] - places[0]) + 1)
        return [found[place - first] for place in places]

    @override
    def __repr__(self) -> str:
        return "<1 address>" if self._length == 1 else f"<{self._length} addresses>"

    def _slice(self, first: int, count: int) -> list[ListedAddress]:
        query = f"{self._query} LIMIT ? OFFSET ?"
        rows = self._database.rows(query, (*self._values, count, first))
        return [ListedAddress(*row) for row in rows]


class Comparison:
    """Compares a wanted list with the service's; neither is ever held in memory.

    Case does not matter, just as it does not for sending: an address that is listed in another case
    already holds mail back. A listed address keeps its spelling.
    """

    def __init__(self) -> None:
        self._database = _Database()

    def add_wanted(self, addresses: Iterable[ListedAddress]) -> None:
        """Add addresses to the wanted list; of several reasons for one, the last counts."""
        rows = ((each.email_address.lower(), each.email_address, each.reason) for each in addresses)
        with self._database.connection as connection:
            connection.executemany(_WANT, rows)

    def add_listed(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Add addresses, each with its reason, to the service's list."""
        rows = ((address, address.lower(), reason) for address, reason in addresses)
        with self._database.connection as connection:
            connection.executemany(_LIST, rows)

    def missing(self, default_reason: str) -> AddressSequence:
        """Return the addresses that are wanted but not listed."""
        columns = "wanted.address, coalesce(wanted.reason, ?)"
        return AddressSequence(self._database, columns, _MISSING, [default_reason])

    def different(self) -> AddressSequence:
        """Return the addresses that are listed for another reason, each with the wanted one."""
        return AddressSequence(self._database, "listed.address, wanted.reason", _DIFFERENT)

    def extra(self) -> AddressSequence:
        """Return the addresses that are listed but not wanted."""
        return AddressSequence(self._database, "listed.address, listed.reason", _EXTRA)

    def unchanged(self) -> int:
        """Return how many addresses are listed exactly as wanted."""
        listed = self._database.number("SELECT count(*) FROM listed")
        return listed - len(self.different()) - len(self.extra())
