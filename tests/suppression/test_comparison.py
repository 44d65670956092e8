"""Lists on disk are compared as dictionaries in memory would be."""

from __future__ import annotations

import gc
import warnings

from hypothesis import given
from hypothesis import strategies as st

from sesinsights.suppression.comparison import Comparison
from sesinsights.suppression.wanted import ListedAddress

ADDRESSES = st.sampled_from(
    ["a@x.com", "A@x.com", "b@x.com", "B@x.com", "é@x.com", "É@x.com", "%_'\"@x.com"]
)
REASONS = st.sampled_from(["BOUNCE", "COMPLAINT"])


@given(
    wanted=st.lists(st.tuples(ADDRESSES, st.none() | REASONS)),
    listed=st.lists(st.tuples(ADDRESSES, REASONS), unique_by=lambda row: row[0]),
)
def test_lists_are_compared_in_any_case(
    wanted: list[tuple[str, str | None]], listed: list[tuple[str, str]]
) -> None:
    """What is missing, different, extra and as wanted is each address once, and nothing else."""
    comparison = Comparison()
    comparison.add_wanted(ListedAddress(*row) for row in wanted)
    comparison.add_listed(listed)
    spelled: dict[str, str] = {}
    reasons: dict[str, str | None] = {}
    for address, reason in wanted:
        spelled.setdefault(address.lower(), address)
        reasons[address.lower()] = reason or reasons.get(address.lower())
    there = {address.lower() for address, _ in listed}
    missing = {(spelled[key], reasons[key] or "BOUNCE") for key in reasons.keys() - there}
    different = {
        (address, new)
        for address, old in listed
        if (new := reasons.get(address.lower())) is not None and new != old
    }
    extra = {(address, old) for address, old in listed if address.lower() not in reasons}
    for found, expected in (
        (comparison.missing("BOUNCE"), missing),
        (comparison.different(), different),
        (comparison.extra(), extra),
    ):
        rows = [(each.email_address, each.reason) for each in found]
        assert sorted(rows) == sorted(expected)
        assert len(found) == len(rows)
    assert comparison.unchanged() == len(listed) - len(different) - len(extra)


def test_the_database_goes_with_what_reads_it() -> None:
    """The database is closed once nothing refers to it, so Python warns of nothing."""
    comparison = Comparison()
    comparison.add_wanted([ListedAddress("a@x.com")])
    entries = comparison.missing("BOUNCE")
    del comparison
    assert [each.reason for each in entries] == ["BOUNCE"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del entries
        gc.collect()
