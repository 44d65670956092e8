"""The permissions of the credentials, checked by calls that change nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeGuard, TypeVar
from urllib.parse import urlsplit

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from sesinsights.cli.doctor.account import (
    account_findings,
    is_vdm_on,
    recommendations_finding,
)
from sesinsights.cli.doctor.finding import Finding, Status
from sesinsights.cli.exit_codes import BAD_CONFIGURATION, REFUSED
from sesinsights.cli.failures import exit_code_of, text_of
from sesinsights.errors import (
    AccessDeniedError,
    BadRequestError,
    ConfigurationSetDoesNotExistError,
    NotFoundError,
    ServiceError,
    SESInsightsError,
    TemplateDoesNotExistError,
    TransportError,
    VdmNotEnabledError,
)
from sesinsights.flows import classic_operations, operations
from sesinsights.flows.operation import PaginatedOperation
from sesinsights.models import BatchGetMetricDataQuery
from sesinsights.models.limits import MAX_PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from typing import Any

    from sesinsights import SESClassic, SESInsights
    from sesinsights.flows.operation import Operation
    from sesinsights.models import GetAccountResponse

    Probes = dict[Operation[Any, Any], Callable[[], object]]

T = TypeVar("T")


_READS = ("BatchGet", "Describe", "Get", "List", "Test")
"""The prefixes of the names of operations that change nothing."""

_NAME = "sesinsights-doctor-looks-for-nothing"
_EXAMPLES: Mapping[str, object] = {
    "email_address": f"{_NAME}@example.com",
    "job_id": "00000000-0000-4000-8000-000000000000",
    "message_id": "0100000000000000-00000000-0000-4000-8000-000000000000-000000",
    "reputation_entity_type": "RESOURCE",
    "template_data": {},
}
"""The values of required members of requests, instead of a name that does not exist."""

_NOTHING_THERE = (
    BadRequestError,  # for an unknown job
    ConfigurationSetDoesNotExistError,
    NotFoundError,
    TemplateDoesNotExistError,
    VdmNotEnabledError,
)
"""The errors of an allowed call for something that does not exist."""

_NOT_ACCEPTED = (
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignature",
    "MissingAuthenticationToken",
    "OptInRequired",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
)


def insights_findings(ses: SESInsights) -> Generator[Finding, None, bool]:
    """Yield whether the service accepts the credentials, and their permissions in SES API v2.

    Returns:
        Whether the service accepts the credentials.
    """
    probes = _probes(ses, "sesv2")
    lookup = _error_of(probes[operations.GET_MESSAGE_INSIGHTS])
    if _is_of_credentials(lookup):
        advice = "Renew the credentials, and check the clock of this machine."
        yield Finding(
            "Signature", Status.PROBLEM, text_of(lookup), advice, exit_code=BAD_CONFIGURATION
        )
        return False
    yield Finding("Signature", Status.OK, "the service accepts the credentials")
    account, account_error = _tried(ses.get_account)
    yield _vdm(lookup, account)
    if account:
        yield from account_findings(account)
    recommended, recommended_error = _tried(
        lambda: ses.list_recommendations(filter={"STATUS": "OPEN"}, page_size=MAX_PAGE_SIZE)
    )
    if recommended:
        yield recommendations_finding(recommended)
    probes[operations.GET_MESSAGE_INSIGHTS] = lambda: _raise(lookup)
    probes[operations.GET_ACCOUNT] = lambda: _raise(account_error)
    probes[operations.LIST_RECOMMENDATIONS] = lambda: _raise(recommended_error)
    yield from _permissions("sesv2", probes)
    return True


def classic_findings(classic: SESClassic, insights_url: str) -> Iterator[Finding]:
    """Yield the permissions of the credentials in SES API v1.

    Args:
        classic: The client of v1.
        insights_url: The endpoint of v2.
    """
    probes = _probes(classic, "ses")
    url = classic.client.meta.endpoint_url
    reason = ""
    if url != insights_url and ".amazonaws." in (urlsplit(url).hostname or ""):
        reason = (
            f"API v2 has an endpoint of its own, but v1 would be called at {url}; "
            "set AWS_ENDPOINT_URL_SES as well"
        )
    else:
        error = _error_of(probes[classic_operations.GET_SEND_QUOTA])
        probes[classic_operations.GET_SEND_QUOTA] = lambda: _raise(error)
        if isinstance(error, ServiceError) and error.status_code == HTTPStatus.NOT_IMPLEMENTED:
            reason = error.message
        elif isinstance(error, ServiceError) and error.code.isdigit():
            reason = f"{url} returned HTTP {error.code}, so it seems to have only API v2"
        elif isinstance(error, TransportError):
            reason = text_of(error)
    if reason:
        yield Finding("Amazon SES v1", Status.SKIPPED, f"could not be tried: {reason}")
        return
    yield from _permissions("ses", probes)


def _probes(client: SESInsights | SESClassic, service: str) -> Probes:
    """Return a call of each read operation, for something that does not exist."""
    return {
        operation: _call(client, operation)
        for operation in operations.OPERATIONS
        if operation.service == service
        and operation.name.startswith(_READS)
        and not operation.is_billed
    }


def _call(client: SESInsights | SESClassic, operation: Operation[Any, Any]) -> Callable[[], object]:
    method: Callable[..., object] = getattr(client, xform_name(operation.name))
    examples = {**_EXAMPLES, "queries": [_query()]}
    members = {
        name: examples.get(name, _NAME)
        for name, field in operation.request.model_fields.items()
        if field.is_required()
    }
    if isinstance(operation, PaginatedOperation):
        members[operation.limit_key] = 1
    return lambda: method(**members)


def _permissions(service: str, probes: Probes) -> Iterator[Finding]:
    for operation in operations.OPERATIONS:
        if operation.service != service:
            continue
        action = f"ses:{operation.name}"
        if operation in probes:
            yield _permission(action, _error_of(probes[operation]))
        else:
            why = "each call is billed" if operation.is_billed else "it would change something"
            yield Finding(action, Status.SKIPPED, f"not tried: {why}")


def _permission(action: str, error: Exception | None) -> Finding:
    if error is None or isinstance(error, _NOTHING_THERE):
        return Finding(action, Status.OK, "allowed")
    if isinstance(error, AccessDeniedError):
        advice = f"Allow the action {action} in the IAM policy of these credentials."
        return Finding(action, Status.PROBLEM, "denied", advice, REFUSED)
    return Finding(action, Status.PROBLEM, text_of(error), "Try again later.", exit_code_of(error))


def _vdm(lookup: Exception | None, account: GetAccountResponse | None) -> Finding:
    """Return whether Virtual Deliverability Manager is on, by the lookup, else by the account."""
    check = "Virtual Deliverability Manager"
    if isinstance(lookup, VdmNotEnabledError):
        return Finding(check, Status.PROBLEM, "is off in this Region", text_of(lookup), REFUSED)
    if lookup is None or isinstance(lookup, NotFoundError):
        return Finding(check, Status.OK, "is on, as a test lookup shows")
    if account is None:
        return Finding(check, Status.SKIPPED, "is unknown without a lookup")
    if is_vdm_on(account):
        return Finding(check, Status.OK, "is on, according to the account")
    advice = "Switching it on costs money; see the pricing of Amazon SES."
    return Finding(check, Status.PROBLEM, "is off in this Region", advice, REFUSED)


def _query() -> BatchGetMetricDataQuery:
    """Return a query for what was sent today."""
    now = datetime.now(UTC)
    return BatchGetMetricDataQuery(
        id="today",
        namespace="VDM",
        metric="SEND",
        start_date=now.replace(hour=0, minute=0, second=0, microsecond=0),
        end_date=now + timedelta(days=1),
    )


def _tried(call: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """Return what a call returns, or why it failed."""
    try:
        return call(), None
    except (SESInsightsError, BotoCoreError, ClientError) as error:
        return None, error


def _error_of(probe: Callable[[], object]) -> Exception | None:
    return _tried(probe)[1]


def _raise(error: Exception | None) -> None:
    if error:
        raise error


def _is_of_credentials(error: Exception | None) -> TypeGuard[ServiceError]:
    return isinstance(error, ServiceError) and error.code.removesuffix("Exception") in _NOT_ACCEPTED
