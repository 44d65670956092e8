"""Times and text of others as a person reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sesinsights.cli.terminal import printable
from sesinsights.cli.times import length


def test_text_of_others_cannot_steer_the_terminal() -> None:
    """Neither escape sequences nor line ends nor turned directions get through."""
    assert printable("a\x1b[2Jb\r\nc\u202ed") == "a\\x1b[2Jb c\\u202ed"
    assert printable("Grüße 👩‍💻 — 5 €") == "Grüße 👩‍💻 — 5 €"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=11, seconds=20), "11 min"),
        (timedelta(hours=1, minutes=30), "1.5 h"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=4), "4 d"),
    ],
)
def test_a_length_of_time_has_one_unit(span: timedelta, said: str) -> None:
    """A duration has one unit, because the exact times are shown next to it."""
    assert length(span) == said
