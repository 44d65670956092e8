"""How a handler refuses a call."""

from __future__ import annotations

__all__ = ["VDM_DISABLED", "RefusalError", "bad_request", "not_found"]

VDM_DISABLED = "To use this feature you must enable Virtual Deliverability Manager"
"""The same words for every operation; the error's name and status differ."""


class RefusalError(Exception):
    """The call is answered with an error.

    Args:
        code: The error's name, as the service model or AWS calls it.
        message: What the caller is told; never an address or a subject.
        status_code: The HTTP status; the service model's own when omitted.
    """

    def __init__(self, code: str, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status_code = status_code


def bad_request(message: str) -> RefusalError:
    """Make the refusal of a call whose parameters do not stand."""
    return RefusalError("BadRequestException", message)


def not_found(message: str) -> RefusalError:
    """Make the refusal of a call that asks for what does not exist."""
    return RefusalError("NotFoundException", message)
