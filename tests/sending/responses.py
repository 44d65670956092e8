"""Responses to sends, one after the other, and what was sent for them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError


def responses(*outcomes: object) -> Any:
    """Answer requests for the quota, and all others with one outcome after the other."""
    left = list(outcomes)

    def reply(parameters: dict[str, Any]) -> object:
        if not parameters:
            return {"Max24HourSend": 200.0, "MaxSendRate": 14.0, "SentLast24Hours": 1.0}
        outcome = left.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return reply


ACCEPTED = {"Status": [{"Status": "Success", "MessageId": "m"}]}


def client_error(code: str, status: int) -> ClientError:
    """Return an error as botocore raises it."""
    metadata: Any = {"HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, "Anything")


def lost_response() -> ReadTimeoutError:
    """Return the error of a request whose response never came."""
    return ReadTimeoutError(endpoint_url="https://x", error="slow")


def names_sent(service: Any) -> list[str]:
    """Return the operations that were sent, in order."""
    return [name for _, name, _ in service.sent]
