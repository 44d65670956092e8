"""The checks of how a configuration set publishes events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.cli.doctor.event_targets import Sender, target_findings
from sesinsights.cli.doctor.finding import Finding, Status
from sesinsights.cli.doctor.other_services import CannotTellError, NotThereError
from sesinsights.cli.exit_codes import OTHER, REFUSED
from sesinsights.cli.failures import exit_code_of, text_of
from sesinsights.errors import AccessDeniedError, NotFoundError, SESInsightsError
from sesinsights.models import EventType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sesinsights import SESInsights
    from sesinsights.cli.doctor.other_services import OtherServices
    from sesinsights.models import EventDestination

_BAD_NEWS = (EventType.BOUNCE, EventType.COMPLAINT)
"""The events that show which addresses to stop sending to."""


def publishing_findings(ses: SESInsights, others: OtherServices, name: str) -> Iterator[Finding]:
    """Yield the findings about how a configuration set publishes events.

    Args:
        ses: The client of Amazon SES.
        others: Asks the services that events go to.
        name: The configuration set's name.
    """
    check = "Configuration set"
    try:
        destinations = ses.get_configuration_set_event_destinations(name).event_destinations
    except NotFoundError:
        advice = "Create it with `sesinsights create-configuration-set`, or check the Region."
        yield Finding(
            check,
            Status.PROBLEM,
            f"{name} does not exist in this account and Region",
            advice,
            REFUSED,
        )
        return
    except AccessDeniedError:
        action = "ses:GetConfigurationSetEventDestinations"
        advice = f"Allow the action {action} in the IAM policy of these credentials."
        yield Finding(check, Status.PROBLEM, f"{action} is denied", advice, REFUSED)
        return
    except SESInsightsError as error:
        yield Finding(check, Status.PROBLEM, text_of(error), "", exit_code_of(error))
        return
    yield _configuration_set(check, ses, name)
    if not destinations:
        advice = (
            "Add one with `sesinsights create-configuration-set-event-destination`; without it, "
            "nothing is published."
        )
        yield Finding("Event destinations", Status.PROBLEM, "there are none", advice, OTHER)
        return
    yield _event_types(destinations)
    sender = _sender(ses, others, name)
    nobody_hears = not any(destination.enabled for destination in destinations)
    for destination in destinations:
        yield _switch(name, destination, is_problem=nobody_hears)
        yield from target_findings(destination, sender, others)


def _configuration_set(check: str, ses: SESInsights, name: str) -> Finding:
    try:
        found = ses.get_configuration_set(name)
    except SESInsightsError as error:
        advice = "Allow the action ses:GetConfigurationSet to check whether mail can be sent."
        return Finding(check, Status.SKIPPED, f"{name} exists; {text_of(error)}", advice)
    if found.sending_options and found.sending_options.sending_enabled is False:
        advice = "Resume it with PutConfigurationSetSendingOptions."
        return Finding(check, Status.WARNING, f"sending is paused for {name}", advice)
    return Finding(check, Status.OK, f"mail can be sent with {name}; only such mail is reported")


def _event_types(destinations: Sequence[EventDestination]) -> Finding:
    check = "Event types"
    matched = {kind for each in destinations if each.enabled for kind in each.matching_event_types}
    published = [kind for kind in EventType if kind in matched]
    missing = [kind for kind in EventType if kind not in matched]
    found = f"{', '.join(published) or 'none'}"
    found += f"; not published: {', '.join(missing)}" if missing else ""
    lost = [kind for kind in _BAD_NEWS if kind in missing]
    if lost:
        advice = (
            f"Without {' and '.join(lost)} you do not learn which addresses to stop sending to: "
            "`sesinsights destinations` or `change_event_destination` sets the types of a "
            "destination."
        )
        return Finding(check, Status.WARNING, found, advice)
    return Finding(check, Status.OK, found)


def _switch(name: str, destination: EventDestination, *, is_problem: bool) -> Finding:
    events = ", ".join(destination.matching_event_types)
    if destination.enabled:
        return Finding(destination.name, Status.OK, f"is on, for {events}")
    advice = f"Switch it on with `sesinsights destinations {name} {destination.name} --on`."
    if is_problem:
        found = "is off, and so are all others: nothing is published"
        return Finding(destination.name, Status.PROBLEM, found, advice, OTHER)
    return Finding(destination.name, Status.WARNING, "is off: it gets no events", advice)


def _sender(ses: SESInsights, others: OtherServices, name: str) -> Sender:
    """Return the facts about the publisher that conditions of policies can check."""
    try:
        account = others.ask("sts", "GetCallerIdentity")["Account"]
    except (NotThereError, CannotTellError):
        account = None
    meta = ses.client.meta
    return Sender(
        partition=meta.partition,
        region=meta.region_name,
        account=account,
        configuration_set=name,
    )
