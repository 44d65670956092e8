"""The fixtures that pytest finds when the package is installed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sesinsights import SESInsights
    from sesinsights.testing import FakeClock, SESEmulator


def test_the_client_talks_to_the_emulator(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """All three share one time, so a slot is waited for without waiting."""
    message_id = ses_emulator.add_message(subject="Hello")
    for _ in range(3):
        assert ses.get_message_insights(message_id).subject == "Hello"
    assert [request.status_code for request in ses_emulator.requests] == [200, 200, 200]
    assert sum(fake_clock.sleeps) >= 2


def test_says_what_to_install(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, a test that asks for the emulator fails with the command."""
    monkeypatch.delitem(sys.modules, "sesinsights.testing.server", raising=False)
    monkeypatch.setitem(sys.modules, "werkzeug.serving", None)
    with pytest.raises(pytest.fail.Exception, match=r"pip install 'sesinsights\[testing\]'"):
        request.getfixturevalue("ses_emulator")


def test_loading_is_light() -> None:
    """A project that never uses the fixtures pays nothing for them but the plugin itself."""
    program = (
        "import sys, pytest; before = {*sys.modules}\n"
        "import sesinsights.testing.pytest_plugin\n"
        "added = {name.split('.')[0] for name in {*sys.modules} - before}\n"
        "print(*added - sys.stdlib_module_names)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["sesinsights"]
