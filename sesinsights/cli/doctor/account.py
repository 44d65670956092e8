"""The findings about the account's settings and recommendations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.cli.doctor.finding import Finding, Status
from sesinsights.errors.service import redacted
from sesinsights.models import FeatureStatus, PricingPlan, RecommendationImpact
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.models import (
        GetAccountResponse,
        ListRecommendationsResponse,
        Recommendation,
        SendQuota,
    )

_ENFORCEMENT = {
    "PROBATION": "under review: Amazon SES may pause it",
    "SHUTDOWN": "paused by Amazon SES",
}
_NEARLY_ALL = 0.9
"""The share of the daily quota that leads to a warning."""

_NAMED = 5
"""How many recommendations are named."""


def account_findings(account: GetAccountResponse) -> Iterator[Finding]:
    """Yield the findings about the account's quota and plan.

    None is a problem: the other commands work anyway.
    """
    yield _sending(account)
    if account.send_quota:
        yield _quota(account.send_quota)
    pricing = account.pricing_attributes
    plan = pricing and pricing.current_plan
    if pricing and plan:
        found: str = "none" if plan is PricingPlan.NONE else plan
        if pricing.next_plan and pricing.next_plan != plan:
            found += f", {pricing.next_plan} from the next billing period on"
        yield Finding("Plan", Status.OK, found)


def is_vdm_on(account: GetAccountResponse) -> bool:
    """Return whether Virtual Deliverability Manager is on; the service omits it if it never was."""
    vdm = account.vdm_attributes
    return vdm is not None and vdm.vdm_enabled == FeatureStatus.ENABLED


def recommendations_finding(page: ListRecommendationsResponse) -> Finding:
    """Return what Amazon SES recommends.

    Args:
        page: The first page of open recommendations.
    """
    check, found = "Recommendations", page.recommendations
    if not found:
        return Finding(check, Status.OK, "none are open")
    high = sum(each.impact == RecommendationImpact.HIGH for each in found)
    more = " or more" if page.next_token else ""
    names = "; ".join(map(_named, found[:_NAMED]))
    advice = f"{names}{'; …' if len(found) > _NAMED else ''}"
    return Finding(check, Status.WARNING, f"{len(found)}{more} open, {high} of high impact", advice)


def _sending(account: GetAccountResponse) -> Finding:
    check = "Sending"
    enforcement = _ENFORCEMENT.get(account.enforcement_status or "")
    if enforcement:
        advice = "See the account's case in the AWS Support Center."
        return Finding(check, Status.WARNING, f"the account is {enforcement}", advice)
    if account.sending_enabled is False:
        advice = "Resume it with PutAccountSendingAttributes or in the console."
        return Finding(check, Status.WARNING, "is paused for the account", advice)
    if account.production_access_enabled is False:
        return Finding(
            check, Status.OK, "is limited to verified addresses: the account is in the sandbox"
        )
    return Finding(check, Status.OK, "is allowed")


def _quota(quota: SendQuota) -> Finding:
    check = "Quota"
    sent, most = quota.sent_last24_hours, quota.max24_hour_send
    rate = f"{quota.max_send_rate:g} per second" if quota.max_send_rate is not None else ""
    if sent is None or most is None:
        return Finding(check, Status.OK, rate or "unknown")
    used = f"{sent:,.0f} of {most:,.0f} recipients in the last 24 hours"
    if most < 0:  # unlimited
        used = f"{counted(round(sent), 'recipient')} in the last 24 hours, without a limit"
    found = f"{used}, {rate}" if rate else used
    if 0 <= most * _NEARLY_ALL <= sent:
        advice = "Request a higher quota in the Service Quotas console, or send less."
        return Finding(check, Status.WARNING, found, advice)
    return Finding(check, Status.OK, found)


def _named(each: Recommendation) -> str:
    resource = redacted((each.resource_arn or "").rpartition(":")[2])
    return " ".join(filter(None, (each.type, f"of {resource}" if resource else "")))
