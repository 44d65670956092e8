"""Calls of SES API v1 are refused with an alternative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    import urllib3

    from sesinsights.testing import SESEmulator


def test_a_v1_call_is_told_to_use_moto(session: Any, emulator: SESEmulator) -> None:
    """An SDK reads the refusal like the service's own errors, and it names moto."""
    client = session.client("ses", endpoint_url=emulator.endpoint_url)
    with pytest.raises(ClientError, match=r"supports only SES API v2.*moto\[server\]") as caught:
        client.get_send_quota()
    response: Any = caught.value.response
    assert response["Error"]["Code"] == "NotImplemented"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert emulator.requests == []
    client.close()


@pytest.mark.parametrize("target", ["/", "/?Version=2010-12-01", "/v2/email/?Action=SendEmail"])
def test_other_requests_are_unknown_operations(
    target: str, emulator: SESEmulator, http: urllib3.PoolManager
) -> None:
    """Only requests that name an action at the root are calls of v1."""
    answer = http.request("POST", emulator.endpoint_url + target, body=b"\xff=1")
    assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"
