"""Whole stories over HTTP: what a user does, and what reaches the service meanwhile."""

from __future__ import annotations

import csv
import io
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import RetryPolicy, SESInsights, errors, models
from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Connect = Callable[..., SESInsights]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def statuses(emulator: SESEmulator, operation: str) -> list[int | None]:
    """Return how the calls of an operation were answered; None where they were not."""
    return [call.status_code for call in emulator.requests if call.operation == operation]


def arrivals(emulator: SESEmulator) -> list[float]:
    """Return when calls arrived, in seconds after the first."""
    first = emulator.requests[0].at
    return [(call.at - first).total_seconds() for call in emulator.requests]


def create_export(ses: SESInsights, **source: object) -> models.CreateExportJobResponse:
    """Ask for the messages of the day before noon."""
    return ses.create_export_job(
        export_data_source=models.ExportDataSource(
            message_insights_data_source=models.MessageInsightsDataSource.model_validate(
                {"start_date": NOON - timedelta(days=1), "end_date": NOON, **source}
            )
        ),
        export_destination=models.ExportDestination(data_format=models.DataFormat.CSV),
    )


def test_a_message_is_looked_up(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """The response tells what happened, when and at whose mailbox."""
    ses_emulator.add_message(
        message_id="0100-a",
        destination="reader@example.net",
        isp="Gmail",
        subject="Your order",
        sent_at=NOON - timedelta(hours=1),
        email_tags={"campaign": "winter"},
        events=["SEND", "DELIVERY", "OPEN"],
    )
    found = ses.get_message_insights("0100-a")
    assert found.subject == "Your order"
    assert found.email_tags[-1] == models.MessageTag(name="campaign", value="winter")
    (insights,) = found.insights
    assert (insights.destination, insights.isp) == ("reader@example.net", "Gmail")
    assert [event.type for event in insights.events] == [
        models.EventType.SEND,
        models.EventType.DELIVERY,
        models.EventType.OPEN,
    ]
    assert insights.events[0].timestamp == NOON - timedelta(hours=1)


def test_an_id_is_taken_as_mail_headers_show_it(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The brackets and the domain of a Message-ID header are not part of the id."""
    ses_emulator.add_message(message_id="0100-a")
    assert ses.get_message_insights("<0100-a@email.amazonses.com>").message_id == "0100-a"
    assert ses_emulator.requests[0].parameters == {"MessageId": "0100-a"}


@pytest.mark.parametrize("message_id", ["", "  ", "<>", "<@email.amazonses.com>", "<a@b.example>"])
def test_a_broken_id_is_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, message_id: str
) -> None:
    """The error names the field, and the service hears nothing."""
    with pytest.raises(pydantic.ValidationError, match="message_id"):
        ses.get_message_insights(message_id)
    assert ses_emulator.requests == []


def test_an_unknown_message_is_not_found_and_not_asked_for_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """One request, and an error that says where to look."""
    with pytest.raises(errors.NotFoundError, match="account and Region"):
        ses.get_message_insights("0100-a")
    assert statuses(ses_emulator, "GetMessageInsights") == [404]


def test_a_manager_that_is_off_is_its_own_error(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Neither a 404 nor a 400 hides that Virtual Deliverability Manager is off."""
    ses_emulator.vdm_enabled = False
    with pytest.raises(errors.VdmNotEnabledError) as lookup:
        ses.get_message_insights("0100-a")
    with pytest.raises(errors.VdmNotEnabledError) as export:
        create_export(ses)
    assert (lookup.value.status_code, export.value.status_code) == (404, 400)


def test_a_missing_permission_names_the_action_to_allow(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The error says what the policy lacks."""
    ses_emulator.faults.access_denied("GetMessageInsights")
    with pytest.raises(errors.AccessDeniedError, match="ses:GetMessageInsights"):
        ses.get_message_insights("0100-a")


def test_an_export_is_created_waited_for_and_downloaded(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """From a window of time to the rows of a file."""
    for number in range(3):
        ses_emulator.add_message(message_id=f"0100-{number}", sent_at=NOON - timedelta(hours=2))
    job_id = create_export(ses).job_id
    assert job_id
    seen: list[models.JobStatus | str | None] = []
    job = ses.wait_for_export_job(job_id, on_update=lambda update: seen.append(update.job_status))
    assert (seen[0], seen[-1]) == (models.JobStatus.PROCESSING, models.JobStatus.COMPLETED)
    assert job.export_destination
    assert job.export_destination.s3_url
    with urllib.request.urlopen(job.export_destination.s3_url) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode())))
    assert {row["messageid"] for row in rows} == {"0100-0", "0100-1", "0100-2"}


def test_a_job_of_half_an_hour_takes_no_time_on_the_fake_clock(
    connect: Connect, fake_clock: FakeClock
) -> None:
    """Waiting is sleeping on the clock, and looks are few."""
    with (
        SESEmulator(clock=fake_clock, job_seconds=1800) as emulator,
        connect(
            endpoint_url=emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
        ) as ses,
    ):
        job_id = create_export(ses).job_id
        assert job_id
        job = ses.wait_for_export_job(job_id)
        assert job.job_status is models.JobStatus.COMPLETED
        assert fake_clock.now() - NOON >= timedelta(minutes=30)
        assert len(statuses(emulator, "GetExportJob")) < 130


def test_a_failed_export_says_why(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """The service's reason arrives in the error."""
    ses_emulator.faults.fail_job("Internal trouble.")
    job_id = create_export(ses).job_id
    assert job_id
    with pytest.raises(errors.ExportJobFailedError, match="Internal trouble") as caught:
        ses.wait_for_export_job(job_id)
    assert caught.value.last_response.failure_info is not None


def test_a_cancelled_export_ends_the_wait(ses: SESInsights) -> None:
    """Cancelling is told from failing, and cannot be done twice."""
    job_id = create_export(ses).job_id
    assert job_id
    assert isinstance(ses.cancel_export_job(job_id), models.CancelExportJobResponse)
    with pytest.raises(errors.ExportJobCancelledError):
        ses.wait_for_export_job(job_id)
    with pytest.raises(errors.BadRequestError):
        ses.cancel_export_job(job_id)


def test_an_unknown_job_is_a_bad_request(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """As the service has it, and without a second look."""
    with pytest.raises(errors.BadRequestError, match="Invalid JobId"):
        ses.wait_for_export_job("nothing")
    assert statuses(ses_emulator, "GetExportJob") == [400]


def test_a_status_that_is_new_at_the_service_is_waited_through(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """An unknown value is a plain string, and no end."""
    job_id = ses_emulator.add_export_job()
    ses_emulator.faults.unknown_enum_value("GetExportJob", "JobStatus", "PAUSED", times=2)
    assert ses.get_export_job(job_id).job_status == "PAUSED"
    seen: list[object] = []
    ses.wait_for_export_job(job_id, on_update=lambda update: seen.append(update.job_status))
    assert seen == ["PAUSED", "COMPLETED"]


def test_a_create_whose_answer_is_lost_makes_one_job(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The service has made a job, so the request is not sent again, and the error says so."""
    ses_emulator.faults.drop_connection("CreateExportJob", processed=True)
    with pytest.raises(errors.TransportError) as caught:
        create_export(ses)
    assert caught.value.maybe_delivered
    assert statuses(ses_emulator, "CreateExportJob") == [None]
    assert len(list(ses.iter_export_jobs())) == 1


def test_a_create_that_failed_at_the_service_is_not_sent_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A 500 may come after the job was made."""
    ses_emulator.faults.server_error("CreateExportJob")
    with pytest.raises(errors.ServiceError):
        create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [500]


def test_a_throttled_create_makes_one_job(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Throttled requests have made nothing, and are sent again."""
    ses_emulator.faults.throttle("CreateExportJob", times=2)
    create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [429, 429, 200]
    assert len(list(ses.iter_export_jobs())) == 1


def test_a_create_that_reached_nobody_is_tried_again(
    connect: Connect, unused_endpoint: str, fake_clock: FakeClock, ses_emulator: SESEmulator
) -> None:
    """A refused connection is certain: every attempt is used, and the error says so."""
    with (
        connect(
            endpoint_url=unused_endpoint,
            region_name="us-east-1",
            clock=fake_clock,
            retry=RetryPolicy(max_attempts=3),
        ) as ses,
        pytest.raises(errors.TransportError, match="was not sent") as caught,
    ):
        create_export(ses)
    assert (caught.value.attempts, caught.value.maybe_delivered) == (3, False)


def test_a_lookup_survives_what_passes(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A dropped connection, a server error and a throttled call cost time, not the response."""
    ses_emulator.add_message(message_id="0100-a")
    ses_emulator.faults.drop_connection("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    ses_emulator.faults.server_error("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    ses_emulator.faults.throttle("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    assert statuses(ses_emulator, "GetMessageInsights") == [None, 200, 500, 200, 429, 200]


def test_twenty_jobs_at_once_are_the_limit(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Reaching the quota of running jobs is not throttling: it is not retried."""
    ses_emulator.add_export_jobs(20, job_status="PROCESSING")
    with pytest.raises(errors.LimitExceededError):
        create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [400]


@pytest.mark.parametrize(
    "source", [{"end_date": NOON - timedelta(days=2)}, {"max_results": 10_001}]
)
def test_a_broken_export_is_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, source: dict[str, object]
) -> None:
    """The service hears nothing of it."""
    with pytest.raises(pydantic.ValidationError):
        create_export(ses, **source)
    assert ses_emulator.requests == []


def test_an_export_is_made_again_from_its_job(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """What a job was asked to export can be asked for once more."""
    job_id = create_export(ses, include={"isp": ["Gmail"]}, max_results=5).job_id
    assert job_id
    source = ses.get_export_job(job_id).export_data_source
    assert source
    ses.create_export_job(
        export_data_source=source, export_destination=models.ExportDestination(data_format="JSON")
    )
    first, _, second = ses_emulator.requests
    assert second.parameters["ExportDataSource"] == first.parameters["ExportDataSource"]


def test_a_member_that_is_new_at_the_service_is_not_sent_back(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """What botocore does not know how to send is named, and the service hears nothing."""
    source = models.ExportDataSource.from_service(
        {"MessageInsightsDataSource": {"StartDate": NOON, "EndDate": NOON}, "Priority": 3}
    )
    with pytest.raises(errors.BotocoreTooOldError, match=r"ExportDataSource\.Priority"):
        ses.create_export_job(
            export_data_source=source,
            export_destination=models.ExportDestination(data_format="JSON"),
        )
    assert ses_emulator.requests == []


@pytest.mark.parametrize(("days_back", "is_kept"), [(60, True), (61, False)])
def test_metrics_that_are_no_longer_kept_are_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, days_back: int, *, is_kept: bool
) -> None:
    """Metrics go back 60 days from today, by the client's clock."""
    first_day = NOON.replace(hour=0) - timedelta(days=days_back)
    source = models.ExportDataSource(
        metrics_data_source=models.MetricsDataSource(
            dimensions={"ISP": ["*"]},
            namespace="VDM",
            metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
            start_date=first_day,
            end_date=first_day + timedelta(days=1),
        )
    )
    destination = models.ExportDestination(data_format="CSV")
    if is_kept:
        assert ses.create_export_job(
            export_data_source=source, export_destination=destination
        ).job_id
    else:
        with pytest.raises(pydantic.ValidationError, match=r"metrics_data_source\.start_date"):
            ses.create_export_job(export_data_source=source, export_destination=destination)
        assert ses_emulator.requests == []


def test_a_list_never_stops_at_page_one(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """250 jobs are 250 jobs, an empty page in between notwithstanding."""
    newest_first = ses_emulator.add_export_jobs(250)[::-1]
    ses_emulator.faults.empty_page("ListExportJobs")
    jobs = [job.job_id for job in ses.iter_export_jobs(page_size=100)]
    assert jobs == newest_first
    assert statuses(ses_emulator, "ListExportJobs") == [200] * 4


def test_a_list_goes_on_in_another_process(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A resume token is text that carries the place, also in the middle of a page."""
    newest_first = ses_emulator.add_export_jobs(25)[::-1]
    iterator = ses.iter_export_jobs(page_size=10, max_items=13)
    before = [job.job_id for job in iterator]
    token = iterator.resume_token
    assert isinstance(token, str)
    after = [job.job_id for job in ses.iter_export_jobs(page_size=10, starting_token=token)]
    assert before + after == newest_first


def test_lists_take_filters(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """What was asked for is what comes, by page and by item."""
    ses_emulator.add_export_job(job_id="failed", job_status="FAILED")
    ses_emulator.add_export_job(job_id="done")
    failed = models.JobStatus.FAILED
    assert [job.job_id for job in ses.iter_export_jobs(job_status=failed)] == ["failed"]
    assert [job.job_id for job in ses.list_export_jobs(job_status=failed).export_jobs] == ["failed"]


def test_import_jobs_are_listed_looked_at_and_waited_for(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Imports have the same three ways as exports."""
    job_id = ses_emulator.add_import_job(processed_records=5, failed_records=1)
    assert ses.get_import_job(job_id).job_status is models.JobStatus.PROCESSING
    done = ses.wait_for_import_job(job_id)
    assert (done.processed_records_count, done.failed_records_count) == (5, 1)
    assert [job.job_id for job in ses.iter_import_jobs()] == [job_id]
    assert [job.job_id for job in ses.list_import_jobs(page_size=1).import_jobs] == [job_id]
    kept = ses.iter_import_jobs(import_destination_type="CONTACT_LIST")
    assert list(kept) == []
    assert [len(page.import_jobs) for page in ses.iter_import_jobs().pages()] == [1]


def test_event_destinations_are_read(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Every kind of destination has a model."""
    ses_emulator.add_configuration_set(
        "news",
        [
            {
                "Name": "bus",
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE"],
                "EventBridgeDestination": {"EventBusArn": "arn:aws:events:::event-bus/default"},
            }
        ],
    )
    (destination,) = ses.get_configuration_set_event_destinations("news").event_destinations
    assert destination.matching_event_types == (models.EventType.BOUNCE,)
    assert destination.event_bridge_destination
    assert destination.sns_destination is None
    with pytest.raises(errors.NotFoundError):
        ses.get_configuration_set_event_destinations("gone")


def test_many_lookups_keep_order_and_report_what_is_missing(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Each id has its result; a missing, refused or broken one does not stop the others."""
    for message_id in ("0100-a", "0100-b"):
        ses_emulator.add_message(message_id=message_id)
    ids = ["0100-a", "gone", "", "<0100-b@email.amazonses.com>"]
    lookups = list(ses.iter_message_insights(ids))
    assert [lookup.message_id for lookup in lookups] == ids
    assert [bool(lookup.message) for lookup in lookups] == [True, False, False, True]
    assert [type(lookup.error) for lookup in lookups] == [
        type(None),
        errors.NotFoundError,
        pydantic.ValidationError,
        type(None),
    ]
    assert statuses(ses_emulator, "GetMessageInsights") == [200, 404, 200]


def test_an_address_that_is_given_for_an_id_is_not_shown(ses: SESInsights) -> None:
    """A lookup shows its id and what came of it, unless the id is an address."""
    mistaken, unknown = ses.iter_message_insights(["reader@example.net", "0100-a"])
    assert mistaken.message_id == "reader@example.net"
    assert "reader@" not in repr(mistaken)
    assert "validation error" in repr(mistaken)
    assert "FailedLookup(message_id='0100-a', error=NotFoundError(" in repr(unknown)


def test_many_lookups_are_as_lazy_as_their_ids(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """An id is taken, and a request sent, when its result is asked for."""
    taken: list[str] = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(f"0100-{len(taken)}")
            yield taken[-1]

    lookups = ses.iter_message_insights(endless())
    assert (taken, ses_emulator.requests) == ([], [])
    next(lookups)
    next(lookups)
    assert taken == ["0100-0", "0100-1"]
    assert len(ses_emulator.requests) == 2


def test_many_lookups_keep_the_pace(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A thousandth lookup waits for its slot as the second does."""
    list(ses.iter_message_insights(f"0100-{number}" for number in range(5)))
    assert arrivals(ses_emulator) == pytest.approx([0, 1.02, 2.04, 3.06, 4.08], abs=1e-5)


@pytest.mark.parametrize("fault", ["server_error", "throttle"])
def test_an_error_that_outlasts_its_retries_belongs_to_its_message(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock, fault: str
) -> None:
    """One message that the service cannot give does not cost the others."""
    ses_emulator.add_message(message_id="0100-b")
    getattr(ses_emulator.faults, fault)("GetMessageInsights", times=3)
    with connect(
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        clock=fake_clock,
        retry=RetryPolicy(max_attempts=3),
    ) as ses:
        broken, found = ses.iter_message_insights(["0100-a", "0100-b"])
    assert isinstance(broken.error, errors.ServiceError)
    assert broken.error.attempts == 3
    assert found.message


def test_an_unreadable_answer_belongs_to_its_message(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """One response that no model allows does not cost the others."""
    ses_emulator.add_message(message_id="0100-a")
    ses_emulator.faults.malformed_response("GetMessageInsights", b'{"EmailTags": [{"Name": "x"}]}')
    broken, found = ses.iter_message_insights(["0100-a", "0100-a"])
    assert isinstance(broken.error, errors.ResponseValidationError)
    assert found.message


def test_what_would_fail_every_lookup_stops_them(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A missing permission and a Manager that is off are raised at the first message."""
    ses_emulator.faults.access_denied("GetMessageInsights")
    with pytest.raises(errors.AccessDeniedError):
        list(ses.iter_message_insights(["0100-a", "0100-b"]))
    ses_emulator.vdm_enabled = False
    with pytest.raises(errors.VdmNotEnabledError):
        list(ses.iter_message_insights(["0100-a", "0100-b"]))
    assert len(ses_emulator.requests) == 2


def test_lookups_that_would_wait_too_long_stop_and_can_be_gone_on_with(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Nobody waits longer than they would, and no id is lost or asked for twice."""
    ids = [ses_emulator.add_message() for _ in range(3)]
    lookups = ses.iter_message_insights(ids, max_wait=0.5)
    found = [next(lookups).message_id]
    with pytest.raises(errors.PaceTimeoutError) as caught:
        next(lookups)
    assert fake_clock.sleeps == []
    assert lookups.pending == ids[1]
    for _ in range(2):
        fake_clock.advance(caught.value.wait)
        found.append(next(lookups).message_id)
        assert lookups.pending is None
    assert found == ids
    assert list(lookups) == []
    assert statuses(ses_emulator, "GetMessageInsights") == [200, 200, 200]


def test_the_longest_wait_holds_for_every_call_of_a_client(
    connect: Connect, fake_clock: FakeClock
) -> None:
    """A client that may not wait is told so by its second call, unless this one may."""
    with (
        SESEmulator(clock=fake_clock) as service,
        connect(
            endpoint_url=service.endpoint_url,
            region_name="us-east-1",
            clock=fake_clock,
            max_wait=0,
        ) as ses,
    ):
        ids = [service.add_message() for _ in range(2)]
        ses.get_message_insights(ids[0])
        with pytest.raises(errors.PaceTimeoutError):
            ses.get_message_insights(ids[1])
        with pytest.raises(errors.PaceTimeoutError):
            next(ses.iter_message_insights(ids))
        assert next(ses.iter_message_insights(ids, max_wait=2)).message
        assert len(service.requests) == 2


@pytest.mark.parametrize("max_wait", [-1, float("nan"), "1"])
def test_a_longest_wait_that_means_nothing_is_refused(
    connect: Connect, ses: SESInsights, max_wait: float
) -> None:
    """Negative seconds and anything but a number are mistakes."""
    with pytest.raises(ValueError, match="max_wait must be"):
        connect(region_name="us-east-1", max_wait=max_wait)
    with pytest.raises(ValueError, match="max_wait must be"):
        ses.iter_message_insights([], max_wait=max_wait)


@pytest.mark.parametrize("retry", [0, 3])
def test_a_number_is_not_a_retry_policy(connect: Connect, retry: Any) -> None:
    """It is refused with what to write, when the client is made and not at its first call."""
    with pytest.raises(TypeError, match=r"retry must be .*RetryPolicy\(max_attempts=3\)"):
        connect(region_name="us-east-1", retry=retry)


def test_one_string_is_not_taken_for_many_ids(ses: SESInsights) -> None:
    """Looking up each letter of an id is never meant."""
    with pytest.raises(TypeError, match="not one string"):
        ses.iter_message_insights("0100-a")


def test_clients_of_one_process_share_the_pace(connect: Connect, fake_clock: FakeClock) -> None:
    """Two clients of one account and Region take turns; another Region has its own pace."""
    with SESEmulator(clock=fake_clock, paces={"GetMessageInsights": None}) as emulator:
        for region in ("us-east-1", "us-east-1", "eu-west-1"):
            with connect(
                endpoint_url=emulator.endpoint_url, region_name=region, clock=fake_clock
            ) as ses:
                list(ses.iter_message_insights(["0100-a"]))
        assert arrivals(emulator) == pytest.approx([0, 1.02, 1.02], abs=1e-5)


def test_threads_never_send_before_their_slot_and_lose_nothing() -> None:
    """Eight threads with one client: every lookup arrives, none earlier than the pace allows."""
    rate, lookups = 50, 40
    with (
        SESEmulator(paces={"GetMessageInsights": None}) as emulator,
        SESInsights(
            endpoint_url=emulator.endpoint_url,
            region_name="us-east-1",
            paces={"GetMessageInsights": rate},
        ) as ses,
    ):
        ids = [emulator.add_message() for _ in range(lookups)]
        found: list[str | None] = []
        started = datetime.now(UTC)

        def work(share: list[str]) -> None:
            found.extend(ses.get_message_insights(message_id).message_id for message_id in share)

        threads = [threading.Thread(target=work, args=(ids[n::8],)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, found)) == sorted(ids)
        waited = sorted((call.at - started).total_seconds() for call in emulator.requests)
        assert len(waited) == lookups
        assert all(at >= number * 1.02 / rate for number, at in enumerate(waited))


def test_a_waiter_sleeps_once_for_its_slot(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Nobody wakes up to look whether the slot has come."""
    list(ses.iter_message_insights(["0100-a"] * 4))
    assert fake_clock.sleeps == pytest.approx([1.02, 1.02, 1.02], abs=1e-5)
    assert len(ses_emulator.requests) == 4


def flaky(ids: list[str]) -> Iterator[str]:
    """Return a source of ids whose second step fails once, as a broker's may."""

    class Flaky:
        def __init__(self) -> None:
            self._left = [*ids]
            self._steps = 0

        def __iter__(self) -> Flaky:
            return self

        def __next__(self) -> str:
            self._steps += 1
            if self._steps == 2:
                raise ConnectionError
            if not self._left:
                raise StopIteration
            return self._left.pop(0)

    return Flaky()


def test_a_source_of_ids_that_failed_is_asked_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """What a source raises reaches the caller, who can keep iterating."""
    ids = [ses_emulator.add_message() for _ in range(3)]
    lookups = ses.iter_message_insights(flaky(ids))
    assert next(lookups).message_id == ids[0]
    with pytest.raises(ConnectionError):
        next(lookups)
    assert [lookup.message_id for lookup in lookups] == ids[1:]


@pytest.mark.parametrize("what", ["items", "pages"])
def test_a_list_goes_on_after_an_error(
    ses: SESInsights, ses_emulator: SESEmulator, what: str
) -> None:
    """The request that failed is made again by the next step, and nothing is lost or repeated."""
    ses_emulator.add_export_jobs(30)
    items = ses.iter_export_jobs(page_size=10)
    steps: Iterator[Any] = items if what == "items" else items.pages()
    taken = [next(steps) for _ in range(10 if what == "items" else 1)]
    ses_emulator.faults.access_denied("ListExportJobs")
    with pytest.raises(errors.AccessDeniedError):
        next(steps)
    taken += steps
    pages = [[entry] if what == "items" else entry.export_jobs for entry in taken]
    ids = [job.job_id for page in pages for job in page]
    assert len(ids) == len(set(ids)) == 30


def test_a_closed_client_sends_nothing(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Closing may be repeated; what comes after it is an error."""
    ses.get_export_job(ses_emulator.add_export_job())
    ses.close()
    ses.close()
    with pytest.raises(RuntimeError, match="closed"):
        ses.get_export_job("job")
    assert statuses(ses_emulator, "GetExportJob") == [200]


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_account_tells_whether_lookups_are_possible(
    ses: SESInsights, ses_emulator: SESEmulator, *, is_enabled: bool
) -> None:
    """Virtual Deliverability Manager that is off is told without a lookup that fails."""
    ses_emulator.vdm_enabled = is_enabled
    account = ses.get_account()
    assert account.vdm_attributes
    expected = models.FeatureStatus.ENABLED if is_enabled else models.FeatureStatus.DISABLED
    assert account.vdm_attributes.vdm_enabled is expected
    assert account.enforcement_status == "HEALTHY"
