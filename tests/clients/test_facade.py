"""A client is given what it can use, and sends nothing once it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.calls import statuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights import SESInsights
    from sesinsights.testing import SESEmulator

    Connect = Callable[..., SESInsights]


@pytest.mark.parametrize("retry", [0, 3])
def test_a_number_is_not_a_retry_policy(connect: Connect, retry: Any) -> None:
    """A number is not taken for a retry policy, and the error says what to write."""
    with pytest.raises(TypeError, match=r"retry must be .*RetryPolicy\(max_attempts=3\)"):
        connect(region_name="us-east-1", retry=retry)


def test_a_closed_client_sends_nothing(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A client may be closed twice, and a call of a closed one is an error."""
    ses.get_export_job(ses_emulator.add_export_job())
    ses.close()
    ses.close()
    with pytest.raises(RuntimeError, match="closed"):
        ses.get_export_job("job")
    assert statuses(ses_emulator, "GetExportJob") == [200]
