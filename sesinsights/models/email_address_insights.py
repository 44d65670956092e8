"""The shapes of GetEmailAddressInsights: whether mail to an address is likely to arrive."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from typing_extensions import override

from sesinsights.models.fields import Length, Open
from sesinsights.models.shape import Shape
from sesinsights.models.shown import line

__all__ = [
    "EmailAddressInsightsConfidenceVerdict",
    "EmailAddressInsightsMailboxEvaluations",
    "EmailAddressInsightsVerdict",
    "GetEmailAddressInsightsRequest",
    "GetEmailAddressInsightsResponse",
    "MailboxValidation",
]


class EmailAddressInsightsConfidenceVerdict(StrEnum):
    """How confident Amazon SES is that a statement is true."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class GetEmailAddressInsightsRequest(Shape, frozen=True):
    """A request to validate an address."""

    email_address: Annotated[str, Length(min=1)] = Field(repr=False)
    """The address."""


class EmailAddressInsightsVerdict(Shape, frozen=True):
    """Whether a statement about an address is true."""

    confidence_verdict: Open[EmailAddressInsightsConfidenceVerdict] | None = None
    """How likely it is."""


class EmailAddressInsightsMailboxEvaluations(Shape, frozen=True):
    """What was checked."""

    has_valid_syntax: EmailAddressInsightsVerdict | None = None
    """Whether the address is well-formed."""
    has_valid_dns_records: EmailAddressInsightsVerdict | None = None
    """Whether the address's domain exists and receives mail."""
    mailbox_exists: EmailAddressInsightsVerdict | None = None
    """Whether the mailbox exists; no mail is sent to find out."""
    is_role_address: EmailAddressInsightsVerdict | None = None
    """Whether the address belongs to a role, such as `support@`, rather than to a person."""
    is_disposable: EmailAddressInsightsVerdict | None = None
    """Whether the address is disposable."""
    is_random_input: EmailAddressInsightsVerdict | None = None
    """Whether the address looks like random characters."""


class MailboxValidation(Shape, frozen=True):
    """Whether mail to an address is likely to arrive."""

    is_valid: EmailAddressInsightsVerdict | None = None
    """The overall verdict."""
    evaluations: EmailAddressInsightsMailboxEvaluations | None = None
    """What was checked."""


class GetEmailAddressInsightsResponse(Shape, frozen=True):
    """Whether mail to an address is likely to arrive."""

    mailbox_validation: MailboxValidation | None = None
    """The verdicts."""

    @override
    def __str__(self) -> str:
        validation = self.mailbox_validation
        if validation is None:
            return "Address: not validated"
        evaluations = validation.evaluations
        return "Address: " + line(
            _said("valid", validation.is_valid),
            *(
                _said(name.removeprefix("is_").replace("_", " "), getattr(evaluations, name))
                for name in EmailAddressInsightsMailboxEvaluations.model_fields
                if evaluations
            ),
        )


def _said(what: str, verdict: EmailAddressInsightsVerdict | None) -> str:
    return f"{what} {verdict.confidence_verdict}" if verdict else ""
