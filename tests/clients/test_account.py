"""The account: its settings, what the service recommends, and what it lets be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import SESInsights, errors, models

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator

ARN = "arn:aws:ses:us-east-1:123456789012:identity/ada@example.com"


def test_the_manager_is_switched_by_its_own_call_alone(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Settings that are left out are then off, and while VDM is off, its parts are not shown."""
    ses.put_account_vdm_attributes(vdm_attributes={"vdm_enabled": "DISABLED"})
    vdm = ses.get_account().vdm_attributes
    assert vdm == models.VdmAttributes(vdm_enabled="DISABLED")
    assert not ses_emulator.vdm_enabled
    ses.put_account_vdm_attributes(
        vdm_attributes={
            "vdm_enabled": "ENABLED",
            "guardian_attributes": {"optimized_shared_delivery": "ENABLED"},
        }
    )
    vdm = ses.get_account().vdm_attributes
    assert vdm
    assert vdm.vdm_enabled is models.FeatureStatus.ENABLED
    assert vdm.dashboard_attributes
    assert vdm.dashboard_attributes.engagement_metrics is models.FeatureStatus.DISABLED
    assert vdm.guardian_attributes
    assert vdm.guardian_attributes.optimized_shared_delivery is models.FeatureStatus.ENABLED
    assert ses_emulator.vdm_enabled


def test_the_quota_tells_how_much_of_it_is_used(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Messages of the last 24 hours count."""
    for _ in range(3):
        ses_emulator.add_message()
    quota = ses.get_account().send_quota
    assert quota
    assert (quota.sent_last24_hours, quota.max24_hour_send) == (3, 50000)


def test_recommendations_are_filtered_and_listed_to_the_end(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Several pages, each a call, as `iter_` does with every list."""
    for number in range(25):
        ses_emulator.add_recommendation(
            {
                "Type": "DKIM" if number % 2 else "SPF",
                "Status": "OPEN" if number < 20 else "FIXED",
                "Impact": "HIGH",
                "ResourceArn": ARN,
                "Description": f"Number {number}",
            }
        )
    still_open = [*ses.iter_recommendations(filter={"STATUS": "OPEN"})]
    assert len(still_open) == 20
    assert len([*ses.iter_recommendations(filter={"STATUS": "OPEN", "TYPE": "SPF"})]) == 10
    assert [r.operation for r in ses_emulator.requests] == ["ListRecommendations"] * 3
    assert ses.list_recommendations(page_size=1).next_token
    assert "ada" not in f"{still_open[0]} {still_open[0]!r} {ses.list_recommendations()}"


@pytest.mark.parametrize(
    "filters", [{}, {"TYPE": "DKIM", "IMPACT": "LOW"}, {"STATUS": "OPEN", "RESOURCE_ARN": ARN}]
)
def test_filters_that_the_service_does_not_combine_are_refused(
    ses: SESInsights, ses_emulator: SESEmulator, filters: dict[Any, str]
) -> None:
    """Nothing is sent, and the error names the member."""
    with pytest.raises(pydantic.ValidationError, match="filter"):
        ses.list_recommendations(filter=filters)
    assert ses_emulator.requests == []


def test_reputation_entities_are_found_by_reference_and_by_filter(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """An ARN, which has slashes, arrives whole; one that is unknown is not found."""
    for number in range(12):
        ses_emulator.add_reputation_entity(
            f"{ARN}/{number}", SendingStatusAggregate="DISABLED" if number % 3 == 0 else "ENABLED"
        )
    entity = ses.get_reputation_entity(
        reputation_entity_reference=f"{ARN}/3", reputation_entity_type="RESOURCE"
    ).reputation_entity
    assert entity
    assert entity.reputation_entity_reference == f"{ARN}/3"
    assert entity.sending_status_aggregate is models.SendingStatus.DISABLED
    assert "ada" not in f"{entity} {entity!r}"
    with pytest.raises(errors.NotFoundError):
        ses.get_reputation_entity(
            reputation_entity_reference=ARN, reputation_entity_type="RESOURCE"
        )
    assert len([*ses.iter_reputation_entities()]) == 12
    assert len([*ses.iter_reputation_entities(filter={"SENDING_STATUS": "DISABLED"})]) == 4
    prefix: dict[models.ReputationEntityFilterKeyInput, str] = {
        "ENTITY_REFERENCE_PREFIX": f"{ARN}/1"
    }
    page = ses.list_reputation_entities(filter=prefix)
    assert len(page.reputation_entities) == 3
    assert "identity/" not in str(page)
    assert str(page).count("ENABLED") == 3


def test_an_address_is_judged_by_what_became_of_its_mail(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """One that bounced permanently has no mailbox; neither is shown in a repr."""
    ses_emulator.add_message(destination="gone@example.net", events=["SEND", "PERMANENT_BOUNCE"])
    verdicts = {}
    for address in ("ada@example.net", "gone@example.net", "support@example.net", "nonsense"):
        validation = ses.get_email_address_insights(address).mailbox_validation
        assert validation
        assert validation.is_valid
        assert validation.evaluations
        assert validation.evaluations.is_role_address
        verdicts[address] = (
            validation.is_valid.confidence_verdict,
            validation.evaluations.is_role_address.confidence_verdict,
        )
    assert verdicts == {
        "ada@example.net": ("HIGH", "LOW"),
        "gone@example.net": ("LOW", "LOW"),
        "support@example.net": ("HIGH", "HIGH"),
        "nonsense": ("LOW", "LOW"),
    }
    assert "valid HIGH" in str(ses.get_email_address_insights("ada@example.net"))


def test_a_billed_call_is_not_repeated(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A billed call is not retried after a lost response: it may have been billed."""
    ses_emulator.faults.drop_connection("GetEmailAddressInsights", processed=True)
    with pytest.raises(errors.TransportError) as caught:
        ses.get_email_address_insights("ada@example.net")
    assert caught.value.maybe_delivered
    assert len(ses_emulator.requests) == 1
    with pytest.raises(pydantic.ValidationError, match="email_address"):
        ses.get_email_address_insights("")


def test_batches_keep_the_pace_of_16_calls_per_second(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """With 10 queries each, that is 160 queries per second, and none is throttled."""
    now = ses_emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    query = models.BatchGetMetricDataQuery(
        id="q", namespace="VDM", metric="SEND", start_date=now, end_date=ses_emulator.now()
    )
    queries = [query.model_copy(update={"id": str(number)}) for number in range(10)]
    for _ in range(20):
        assert len(ses.batch_get_metric_data(queries=queries).results) == 10
    arrivals = [request.at for request in ses_emulator.requests]
    assert {request.status_code for request in ses_emulator.requests} == {200}
    assert 1.0 < (arrivals[-1] - arrivals[0]).total_seconds() < 1.5


@pytest.mark.parametrize("count", [0, 11])
def test_a_batch_has_1_to_10_queries(ses: SESInsights, count: int) -> None:
    """Batches with more or fewer queries are refused by name."""
    with pytest.raises(pydantic.ValidationError, match="queries"):
        ses.batch_get_metric_data(
            queries=[
                {
                    "id": str(number),
                    "namespace": "VDM",
                    "metric": "SEND",
                    "start_date": ses._pipeline.clock.now(),
                    "end_date": ses._pipeline.clock.now(),
                }
                for number in range(count)
            ]
        )


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_account_tells_whether_lookups_are_possible(
    ses: SESInsights, ses_emulator: SESEmulator, *, is_enabled: bool
) -> None:
    """The account shows whether Virtual Deliverability Manager is on."""
    ses_emulator.vdm_enabled = is_enabled
    account = ses.get_account()
    assert account.vdm_attributes
    expected = models.FeatureStatus.ENABLED if is_enabled else models.FeatureStatus.DISABLED
    assert account.vdm_attributes.vdm_enabled is expected
    assert account.enforcement_status == "HEALTHY"
