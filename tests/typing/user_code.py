"""Code as users write it: type checkers must accept it and infer what it asserts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never, assert_type

import boto3
import pydantic
from botocore.config import Config
from types_boto3_ses import SESClient
from types_boto3_sesv2 import SESV2Client

from sesinsights import (
    AsyncSESClassic,
    AsyncSESInsights,
    FailedLookup,
    FoundMessage,
    MessageLookup,
    RetryPolicy,
    SESClassic,
    SESInsights,
    errors,
    events,
    models,
)
from sesinsights.classic import BulkSendResult
from sesinsights.classic import models as classic
from sesinsights.clients import (
    AsyncItemIterator,
    AsyncMessageLookups,
    AsyncPageIterator,
    ItemIterator,
    MessageLookups,
    PageIterator,
)
from sesinsights.exports import (
    MessageInsightsRecord,
    MetricsRecords,
    write_csv,
    write_jsonl,
    write_metrics_parquet,
)
from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
from sesinsights.exports.progress import ExportReport
from sesinsights.metrics import MetricSeriesList
from sesinsights.models import JobStatus
from sesinsights.outcomes import Timeline
from sesinsights.suppression import (
    AddressImport,
    ListedAddress,
    SuppressedAddress,
    SuppressionSync,
)

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from botocore.exceptions import ClientError

    from sesinsights.testing import S3Files

FROM = datetime(2026, 1, 1, tzinfo=UTC)
TO = datetime(2026, 1, 2, tzinfo=UTC)


def make_clients(client: SESV2Client) -> SESInsights:
    """Make clients in every way."""
    SESInsights()
    SESInsights(region_name="us-east-1", profile_name="mail", endpoint_url="http://127.0.0.1:1")
    SESInsights(session=boto3.session.Session(), config=Config(connect_timeout=3))
    SESInsights(paces={"GetMessageInsights": 5, "CreateExportJob": None})
    SESInsights(retry=RetryPolicy(max_attempts=3, deadline=10.0, backoff=1, max_backoff=5))
    with SESInsights(client=client) as ses:
        assert_type(ses, SESInsights)
        assert_type(ses.client, SESV2Client)
    assert_type(ses.close(), None)
    return ses


def look_up(ses: SESInsights) -> None:
    """Look up one message and read all that is known."""
    message = ses.get_message_insights("0100")
    assert_type(message, models.GetMessageInsightsResponse)
    assert_type(ses.get_message_insights(message_id="0100"), models.GetMessageInsightsResponse)
    assert_type(message.message_id, str)
    assert_type(message.from_email_address, str | None)
    assert_type(message.subject, str | None)
    assert_type(message.email_tags, Sequence[models.MessageTag])
    assert_type(message.email_tags[0].name, str)
    assert_type(message.insights, Sequence[models.EmailInsights])
    for insights in message.insights:
        assert_type(insights.destination, str)
        assert_type(insights.isp, str | None)
        for event in insights.events:
            assert_type(event, models.InsightsEvent)
            assert_type(event.timestamp, datetime)
            assert_type(event.type, models.EventType | models.NewValue)
            assert_type(event.type.value, str)
            assert_type(event.type.name, str)
            assert_type(event.details, models.EventDetails | None)
            assert_type(event.complaint, models.Complaint | None)
            if event.bounce:
                assert_type(event.bounce.bounce_type, models.BounceType | models.NewValue | None)
                assert_type(event.bounce.diagnostic_code, str | None)


def tell(lookup: MessageLookup) -> str | None:
    """Tell what came of a lookup."""
    match lookup:
        case FoundMessage(message=message):
            return message.subject
        case FailedLookup(error=error):
            return str(error)


def look_up_many(ses: SESInsights, message_ids: Iterator[str]) -> None:
    """Look up many messages, from a list or from anything that gives ids."""
    lookups = ses.iter_message_insights(["0100", "0101"], max_wait=5)
    assert_type(lookups, MessageLookups)
    assert_type(next(lookups), MessageLookup)
    assert_type(lookups.pending, str | None)
    for lookup in ses.iter_message_insights(message_ids):
        assert_type(lookup.message_id, str)
        assert_type(lookup.message, models.GetMessageInsightsResponse | None)
        assert_type(
            lookup.error,
            errors.SESInsightsError | pydantic.ValidationError | None,
        )
        if isinstance(lookup.error, errors.ServiceError):
            assert_type(lookup.error.code, str)
        if lookup.error is None:
            assert_type(lookup.message, models.GetMessageInsightsResponse)
        else:
            assert_type(lookup.message, None)
        if lookup.message is None:
            raise lookup.error
        assert_type(lookup.result(), models.GetMessageInsightsResponse)


def create_jobs(ses: SESInsights) -> None:
    """Ask for message insights and for metrics, with enum members, their texts and any sequence."""
    filters = models.MessageInsightsFilters(
        from_email_address=["*@example.com"],
        subject=("Your order*",),
        last_delivery_event=[models.DeliveryEventType.PERMANENT_BOUNCE, "TRANSIENT_BOUNCE"],
        last_engagement_event=("OPEN",),
    )
    window = models.MessageInsightsDataSource(
        start_date=FROM, end_date=TO, include=filters, max_results=10_000
    )
    ses.create_export_job(
        export_data_source={
            "message_insights_data_source": {
                "start_date": FROM,
                "end_date": TO,
                "include": {"last_delivery_event": ["DELIVERY"], "isp": ["Gmail"]},
            }
        },
        export_destination={"data_format": "CSV"},
    )
    ses.create_export_job(
        export_data_source={"message_insights_data_source": window},
        export_destination=models.ExportDestination(data_format=models.NewValue("PARQUET")),
    )
    created = ses.create_export_job(
        export_data_source=models.ExportDataSource(message_insights_data_source=window),
        export_destination=models.ExportDestination(data_format="JSON"),
    )
    assert_type(created, models.CreateExportJobResponse)
    assert_type(created.job_id, str)
    metrics = models.MetricsDataSource(
        dimensions={models.MetricDimensionName.ISP: ["*"], "EMAIL_IDENTITY": ["example.com"]},
        namespace="VDM",
        metrics=[
            models.ExportMetric(name="SEND", aggregation="VOLUME"),
            models.ExportMetric(name=models.Metric.DELIVERY, aggregation="RATE"),
        ],
        start_date=FROM,
        end_date=TO,
    )
    assert_type(metrics.dimensions, Mapping[models.MetricDimensionNameInput, Sequence[str]])
    assert_type(metrics.metrics, Sequence[models.ExportMetric])
    assert_type(filters.destination, Sequence[str])
    assert_type(filters.last_delivery_event, Sequence[models.DeliveryEventTypeInput])
    assert_type(window.start_date, datetime)
    assert_type(window.max_results, int | None)
    ses.create_export_job(
        export_data_source=models.ExportDataSource(metrics_data_source=metrics),
        export_destination=models.ExportDestination(data_format=models.DataFormat.CSV),
    )


def show(job: models.GetExportJobResponse) -> str:
    """Tell what a job is at: known values are members, new ones plain strings."""
    match job.job_status:
        case JobStatus.COMPLETED:
            return "done"
        case JobStatus.FAILED | JobStatus.CANCELLED:
            return "over"
        case JobStatus.CREATED | JobStatus.PROCESSING:
            return "running"
        case models.NewValue() as status:
            return f"new at the service: {status}"
        case _:
            assert_never(job.job_status)


def follow_export_jobs(ses: SESInsights) -> None:
    """Look at, wait for and cancel an export job."""
    job = ses.get_export_job("1")
    assert_type(job, models.GetExportJobResponse)
    assert_type(job.job_id, str)
    assert_type(job.export_source_type, models.ExportSourceType | models.NewValue)
    assert_type(job.job_status, JobStatus | models.NewValue)
    assert_type(job.created_timestamp, datetime)
    assert_type(job.is_finished, bool)
    assert_type(job.duration, timedelta | None)
    assert_type(job.s3_url, str | None)
    assert_type(job.error_message, str | None)
    assert_type(job.export_data_source, models.ExportDataSource | None)
    assert_type(job.failure_info, models.FailureInfo | None)
    assert_type(job.statistics, models.ExportStatistics | None)
    if job.export_destination:
        assert_type(job.export_destination.data_format, models.DataFormatInput)
        assert_type(job.export_destination.s3_url, str | None)
    done = ses.wait_for_export_job("1", timeout=60, on_update=show)
    assert_type(done, models.GetExportJobResponse)
    ses.wait_for_export_job("1", on_update=lambda seen: print(seen.statistics))  # noqa: T201
    ses.wait_for_export_job(job_id="1", timeout=0.5, on_update=None)
    assert_type(ses.download_export_job("1", "export.csv"), int)
    assert_type(ses.download_export_job(job_id="1", path=Path("export.csv")), int)
    assert_type(ses.cancel_export_job("1"), models.CancelExportJobResponse)


def list_export_jobs(ses: SESInsights) -> None:
    """List export jobs by item, by page and one page."""
    page = ses.list_export_jobs(next_token=None, page_size=10, job_status="FAILED")
    assert_type(page, models.ListExportJobsResponse)
    assert_type(page.export_jobs, Sequence[models.ExportJobSummary])
    assert_type(page.next_token, str | None)
    jobs = ses.iter_export_jobs(
        page_size=100,
        export_source_type=models.ExportSourceType.METRICS_DATA,
        job_status=JobStatus.COMPLETED,
        max_items=5,
        starting_token="token",
    )
    assert_type(jobs, ItemIterator[models.ExportJobSummary, models.ListExportJobsResponse])
    assert_type(next(jobs), models.ExportJobSummary)
    assert_type(jobs.resume_token, str | None)
    assert_type(jobs.pages(), PageIterator[models.ListExportJobsResponse])
    assert_type(list(jobs), list[models.ExportJobSummary])
    for job in ses.iter_export_jobs():
        assert_type(job.job_id, str)
        assert_type(job.completed_timestamp, datetime | None)


def import_jobs(ses: SESInsights) -> None:
    """List, look at and wait for import jobs."""
    page = ses.list_import_jobs(import_destination_type="CONTACT_LIST", page_size=1)
    assert_type(page, models.ListImportJobsResponse)
    assert_type(page.import_jobs, Sequence[models.ImportJobSummary])
    jobs = ses.iter_import_jobs(
        import_destination_type=models.ImportDestinationType.SUPPRESSION_LIST, max_items=1
    )
    assert_type(next(jobs), models.ImportJobSummary)
    for each in jobs.pages():
        assert_type(each, models.ListImportJobsResponse)
    job = ses.get_import_job("1")
    assert_type(job, models.GetImportJobResponse)
    assert_type(job.import_data_source, models.ImportDataSource | None)
    assert_type(job.import_destination, models.ImportDestination | None)
    assert_type(job.processed_records_count, int | None)

    def watch(seen: models.GetImportJobResponse) -> None:
        assert_type(seen.job_status, JobStatus | models.NewValue)

    assert_type(ses.wait_for_import_job("1", on_update=watch), models.GetImportJobResponse)


def suppression(ses: SESInsights, files: S3Files, wanted: Iterator[tuple[str, str]]) -> None:
    """Ask about suppressed addresses, and move whole lists of them."""
    found = ses.suppression_of("reader@example.com")
    if found:
        assert_type(found, SuppressedAddress)
        assert_type(found.reason, models.SuppressionListReason | models.NewValue)
        assert_type(found.timeline, Timeline | None)
        assert_type(found.lookup, MessageLookup | None)
    for entry in ses.iter_suppressed_destinations(reasons=["BOUNCE"], start_date=FROM):
        assert_type(entry, models.SuppressedDestinationSummary)
    ses.put_suppressed_destination("reader@example.com", reason="COMPLAINT", tenant_name="shop")
    assert_type(ses.export_suppressed(Path("list.csv"), for_spreadsheets=True), int)
    plan = ses.sync_suppressed(Path("list.csv"), remove=True)
    assert_type(plan, SuppressionSync)
    assert_type(plan.additions[0], ListedAddress)
    assert_type(plan.additions[:2], Sequence[ListedAddress])
    ses.sync_suppressed(["a@example.com", ("b@example.com", "COMPLAINT")], apply=True)
    ses.sync_suppressed(ses.iter_suppressed_destinations(), tenant_name="shop")
    complained = {"a@example.com"}
    ses.sync_suppressed((address, "COMPLAINT") for address in complained)
    done = ses.import_suppressed(
        (address for address, _ in wanted), s3_client=files, bucket="lists", action="DELETE"
    )
    assert_type(done, AddressImport)
    assert_type(done.jobs, Sequence[models.GetImportJobResponse])
    for failed in done.failed_records:
        assert_type(failed.email_address, str | None)
    ses.import_suppressed(plan.extra, s3_client=files, bucket="lists")


def event_destinations(ses: SESInsights) -> None:
    """Read where a configuration set sends events."""
    answer = ses.get_configuration_set_event_destinations("news")
    assert_type(answer, models.GetConfigurationSetEventDestinationsResponse)
    for destination in answer.event_destinations:
        assert_type(destination.name, str)
        assert_type(destination.enabled, bool | None)
        assert_type(destination.matching_event_types, Sequence[models.EventType | models.NewValue])
        assert_type(destination.event_bridge_destination, models.EventBridgeDestination | None)
        if destination.cloud_watch_destination:
            (first, *_) = destination.cloud_watch_destination.dimension_configurations
            assert_type(first.dimension_value_source, models.DimensionValueSourceInput)


def change_event_destinations(ses: SESInsights) -> None:
    """Set up where events go: shapes, dictionaries and plain texts are all taken."""
    assert_type(next(iter(ses.iter_configuration_sets())), str)
    for name in ses.iter_configuration_sets(filter={"CONFIGURATION_SET_NAME_CONTAINS": "news"}):
        assert_type(ses.get_configuration_set(name), models.GetConfigurationSetResponse)
    ses.create_configuration_set(
        configuration_set_name="news",
        delivery_options={"tls_policy": "REQUIRE"},
        tags=[models.Tag(key="team", value="mail"), {"key": "cost", "value": "1"}],
    )
    ses.create_configuration_set_event_destination(
        configuration_set_name="news",
        event_destination_name="bus",
        event_destination={
            "matching_event_types": ["SEND", models.EventType.BOUNCE, models.NewValue("READ")],
            "event_bridge_destination": {"event_bus_arn": "arn"},
        },
    )
    changed = ses.change_event_destination(
        configuration_set_name="news",
        event_destination_name="bus",
        matching_event_types=["BOUNCE"],
        sns_destination=models.SnsDestination(topic_arn="arn"),
    )
    assert_type(changed, models.EventDestination)


def handle_job_errors(ses: SESInsights) -> str | None:
    """Catch what a wait raises, and read what it carries."""
    try:
        ses.wait_for_export_job("1")
    except errors.ExportJobFailedError as error:
        assert_type(error.last_response, models.GetExportJobResponse)
        return error.error_message
    except errors.ImportJobCancelledError as error:
        assert_type(error.last_response, models.GetImportJobResponse)
    except errors.WaitTimeoutError as error:
        assert_type(
            error.last_response, models.GetExportJobResponse | models.GetImportJobResponse | None
        )
        assert_type(error.timeout, float)
    return None


def handle_service_errors(ses: SESInsights) -> str | None:
    """Catch what the service or the way to it raise, as ours or as botocore's."""
    try:
        ses.cancel_export_job("1")
    except errors.ThrottledError as error:
        assert_type(error, errors.ThrottledError)
        assert_type(error.attempts, int)
    except errors.ServiceError as error:
        assert_type(error.code, str)
        assert_type(error.message, str)
        assert_type(error.operation, str)
        assert_type(error.status_code, int | None)
        assert_type(error.request_id, str | None)
        as_botocore_knows_it: ClientError = error
        return as_botocore_knows_it.operation_name
    except errors.TransportError as error:
        assert_type(error.maybe_delivered, bool)
    except errors.PaginationError as error:
        assert_type(error.resume_token, str | None)
    except errors.ResponseValidationError as error:
        assert_type(error.response, object)
    except errors.PaceTimeoutError as error:
        assert_type(error.wait, float)
    except (errors.SESInsightsError, pydantic.ValidationError, TimeoutError):
        pass
    return None


def read_recorded_answers(answer: Mapping[str, object]) -> None:
    """Read responses that were kept, and write the wire form."""
    job = models.GetExportJobResponse.from_service(answer)
    assert_type(job, models.GetExportJobResponse)
    assert_type(job == models.GetExportJobResponse.from_service({}), bool)
    assert_type({job: 1}, dict[models.GetExportJobResponse, int])
    models.GetExportJobRequest(job_id="1").to_service()["JobId"]


def keep_shapes(job: models.GetExportJobResponse, template: classic.Template) -> None:
    """Shapes are hashable, so they go into sets, are keys and are cached."""
    hashable: list[Hashable] = [job, template, classic.MessageTag(name="a", value="b")]
    assert_type({job}, set[models.GetExportJobResponse])
    assert_type({template: 1}, dict[classic.Template, int])
    assert_type(hash(hashable[0]), int)


def make_classic_clients(client: SESClient) -> SESClassic:
    """Make clients of the classic API in every way."""
    SESClassic(region_name="us-east-1", profile_name="mail", endpoint_url="http://127.0.0.1:1")
    SESClassic(session=boto3.session.Session(), config=Config(connect_timeout=3))
    SESClassic(paces={"SendTemplatedEmail": 14.0}, retry=RetryPolicy(max_attempts=3))
    with SESClassic(client=client) as ses:
        assert_type(ses, SESClassic)
        assert_type(ses.client, SESClient)
    assert_type(ses.close(), None)
    return ses


def keep_templates(ses: SESClassic) -> None:
    """Create, change, read, list, render and delete templates."""
    template = classic.Template(template_name="order", subject_part="Order {{number}}")
    assert_type(template.text_part, str | None)
    assert_type(ses.create_template(template=template), classic.CreateTemplateResponse)
    assert_type(ses.update_template(template=template), classic.UpdateTemplateResponse)
    assert_type(ses.get_template("order"), classic.GetTemplateResponse)
    assert_type(ses.get_template(template_name="order").template, classic.Template)
    page = ses.list_templates(next_token=None, max_items=10)
    assert_type(page, classic.ListTemplatesResponse)
    assert_type(page.templates_metadata, Sequence[classic.TemplateMetadata])
    templates = ses.iter_templates(page_size=100, max_items=5, starting_token="token")
    assert_type(templates, ItemIterator[classic.TemplateMetadata, classic.ListTemplatesResponse])
    assert_type(next(templates).created_timestamp, datetime | None)
    assert_type(templates.pages(), PageIterator[classic.ListTemplatesResponse])
    rendered = ses.test_render_template(template_name="order", template_data={"number": 7})
    assert_type(rendered, classic.TestRenderTemplateResponse)
    assert_type(ses.render_check("order", '{"number": 7}'), classic.TestRenderTemplateResponse)
    assert_type(ses.render_check(template_name="order", data={}).rendered_template, str)
    assert_type(ses.delete_template("order"), classic.DeleteTemplateResponse)


def send(ses: SESClassic, orders: Iterator[classic.BulkEmailDestination]) -> None:
    """Send one message, a call of many and any number of them."""
    reader = classic.Destination(to_addresses=["a@example.com"], bcc_addresses=("b@example.com",))
    assert_type(reader.recipients, int)
    assert_type(reader.cc_addresses, Sequence[str])
    sent = ses.send_templated_email(
        source="shop@example.com",
        destination=reader,
        template="order",
        template_data={"number": 7, "items": [{"name": "tea"}]},
        reply_to_addresses=("help@example.com",),
        tags=[classic.MessageTag(name="campaign", value="spring")],
        configuration_set_name="news",
        check=True,
    )
    assert_type(sent, classic.SendTemplatedEmailResponse)
    assert_type(sent.message_id, str)
    entry = classic.BulkEmailDestination(
        destination=reader, replacement_template_data={"number": 8}, replacement_tags=()
    )
    assert_type(entry.replacement_template_data, Mapping[str, Any] | str | None)
    answer = ses.send_bulk_templated_email(
        source="shop@example.com",
        template="order",
        default_template_data="{}",
        destinations=[entry],
        check=False,
    )
    assert_type(answer, classic.SendBulkTemplatedEmailResponse)
    assert_type(answer.status, Sequence[classic.BulkEmailDestinationStatus])
    assert_type(answer.status[0].status, classic.BulkEmailStatus | models.NewValue | None)
    results = ses.send_bulk(
        source="shop@example.com", template="order", default_template_data={}, destinations=orders
    )
    assert_type(results, list[BulkSendResult])
    for result in results:
        assert_type(result.destination, classic.BulkEmailDestination)
        assert_type(result.status, classic.BulkEmailStatus | models.NewValue | None)
        assert_type(result.message_id, str | None)
        assert_type(result.error, str | Exception | None)
        assert_type(result.is_accepted, bool)
        assert_type(result.may_be_accepted, bool)
        assert_type(result.is_unknown, bool)
        if isinstance(result.error, errors.TransportError):
            assert_type(result.error.maybe_delivered, bool)


def classic_event_destinations(ses: SESClassic) -> None:
    """Add, change and describe event destinations."""
    destination = classic.EventDestination(
        name="events",
        enabled=True,
        matching_event_types=[classic.EventType.BOUNCE, "renderingFailure"],
        kinesis_firehose_destination=classic.KinesisFirehoseDestination(
            iam_role_arn="role", delivery_stream_arn="stream"
        ),
        sns_destination=None,
    )
    created = ses.create_configuration_set_event_destination(
        configuration_set_name="news", event_destination=destination
    )
    assert_type(created, classic.CreateConfigurationSetEventDestinationResponse)
    updated = ses.update_configuration_set_event_destination(
        configuration_set_name="news", event_destination=destination
    )
    assert_type(updated, classic.UpdateConfigurationSetEventDestinationResponse)
    described = ses.describe_configuration_set(
        "news",
        configuration_set_attribute_names=[
            classic.ConfigurationSetAttribute.EVENT_DESTINATIONS,
            "trackingOptions",
        ],
    )
    assert_type(described, classic.DescribeConfigurationSetResponse)
    assert_type(described.configuration_set, classic.ConfigurationSet | None)
    for each in described.event_destinations:
        assert_type(each.matching_event_types, Sequence[classic.EventTypeInput])
        if each.sns_destination:
            assert_type(each.sns_destination.topic_arn, str)
    if described.reputation_options:
        assert_type(described.reputation_options.last_fresh_start, datetime | None)


def handle_classic_errors(ses: SESClassic) -> str | None:
    """Catch what the classic API answers with."""
    try:
        ses.render_check("order", {})
    except errors.MissingRenderingAttributeError as error:
        assert_type(error.attribute, str | None)
        return error.attribute
    except (errors.TemplateDoesNotExistError, errors.InvalidRenderingParameterError) as error:
        assert_type(error.message, str)
    except errors.DailyQuotaExceededError as error:
        assert_type(error.request_id, str | None)
    return None


async def make_async_clients(client: SESV2Client, classic_client: SESClient) -> None:
    """Make asyncio clients with the arguments of the others."""
    AsyncSESInsights(region_name="us-east-1", paces={"GetMessageInsights": 5})
    AsyncSESClassic(session=boto3.session.Session(), retry=RetryPolicy(max_attempts=3))
    async with AsyncSESInsights(client=client) as ses:
        assert_type(ses, AsyncSESInsights)
        assert_type(ses.client, SESV2Client)
        assert_type(await ses.close(), None)
    async with AsyncSESClassic(client=classic_client) as ses_classic:
        assert_type(ses_classic, AsyncSESClassic)
        assert_type(ses_classic.client, SESClient)


async def call_and_await(ses: AsyncSESInsights, window: models.ExportDataSource) -> None:
    """What a call returns is awaited, and is what the other client returns."""
    assert_type(await ses.get_message_insights("0100"), models.GetMessageInsightsResponse)
    created = await ses.create_export_job(
        export_data_source=window,
        export_destination=models.ExportDestination(data_format="CSV"),
    )
    assert_type(created, models.CreateExportJobResponse)
    assert_type(await ses.get_export_job("1"), models.GetExportJobResponse)
    done = await ses.wait_for_export_job("1", timeout=60, on_update=show)
    assert_type(done, models.GetExportJobResponse)
    assert_type(await ses.download_export_job("1", Path("export.csv")), int)
    assert_type(await ses.list_export_jobs(page_size=10), models.ListExportJobsResponse)
    assert_type(await ses.cancel_export_job("1"), models.CancelExportJobResponse)
    assert_type(await ses.get_import_job("1"), models.GetImportJobResponse)
    assert_type(await ses.wait_for_import_job("1"), models.GetImportJobResponse)
    assert_type(await ses.list_import_jobs(), models.ListImportJobsResponse)
    answer = await ses.get_configuration_set_event_destinations("news")
    assert_type(answer, models.GetConfigurationSetEventDestinationsResponse)


async def suppress(ses: AsyncSESInsights) -> None:
    """Ask about suppressed addresses, and move whole lists of them."""
    assert_type(await ses.suppression_of("reader@example.com"), SuppressedAddress | None)
    assert_type(await ses.sync_suppressed(["a@example.com"], apply=True), SuppressionSync)
    assert_type(await ses.export_suppressed("list.parquet"), int)


async def iterate_with_async_for(ses: AsyncSESInsights, message_ids: AsyncIterator[str]) -> None:
    """Go through lists and lookups."""
    jobs = ses.iter_export_jobs(job_status=JobStatus.COMPLETED, max_items=5)
    assert_type(jobs, AsyncItemIterator[models.ExportJobSummary, models.ListExportJobsResponse])
    assert_type(await anext(jobs), models.ExportJobSummary)
    assert_type(jobs.resume_token, str | None)
    assert_type(jobs.pages(), AsyncPageIterator[models.ListExportJobsResponse])
    async for job in jobs:
        assert_type(job, models.ExportJobSummary)
    async for page in ses.iter_import_jobs().pages():
        assert_type(page, models.ListImportJobsResponse)
    assert_type(ses.iter_message_insights(["0100"]), AsyncMessageLookups)
    async for lookup in ses.iter_message_insights(message_ids):
        assert_type(lookup, MessageLookup)


async def export(ses: AsyncSESInsights) -> None:
    """Export records, files, tables and metrics."""
    async with ses.export_message_insights(start_date=FROM, end_date=TO) as records:
        assert_type(records, AsyncMessageInsightsExport)
        kept: list[MessageInsightsRecord] = []
        async for record in records:
            assert_type(record, MessageInsightsRecord)
            assert_type(record.message_id, str)
            assert_type(record.send_timestamp, datetime)
            assert_type(record.destination, str)
            kept.append(record)
        assert_type(await records.to_csv("records.csv"), None)
        assert_type(await records.to_parquet("records", partition_by="day"), None)
        table: pa.Table = await records.to_arrow()
        frame: pd.DataFrame = await records.to_pandas()
        other: pl.DataFrame = await records.to_polars()
        assert_type(records.report, ExportReport)
        print(table, frame, other)  # noqa: T201
    metrics = await ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
        start_date=FROM,
        end_date=TO,
    )
    assert_type(metrics, MetricsRecords)
    series = await ses.metric_series(
        [models.Metric.SEND], {"ISP": ["Gmail", "Yahoo"]}, start_date=FROM, end_date=TO
    )
    assert_type(series, MetricSeriesList)
    assert_type(series[0].metric, models.Metric | models.NewValue)
    assert_type(series[0].points[0].day, datetime)
    assert_type(series[0].points[0].value, int)
    assert_type(series.to_records(), MetricsRecords)
    assert_type(series[0].to_records(), MetricsRecords)
    batch = await ses.batch_get_metric_data(
        queries=[
            {"id": "a", "namespace": "VDM", "metric": "SEND", "start_date": FROM, "end_date": TO}
        ]
    )
    assert_type(batch.results[0].values, Sequence[int])
    assert_type(batch.errors[0].code, models.QueryErrorCode | models.NewValue | None)
    assert_type(metrics[0].metrics, Mapping[str, float])
    assert_type(metrics[0].text_metrics, Mapping[str, str])
    write_csv(metrics, "metrics.csv")
    write_jsonl(kept, Path("messages.jsonl"))
    write_metrics_parquet(metrics, "metrics.parquet")


async def send_and_await(
    ses: AsyncSESClassic, orders: Iterator[classic.BulkEmailDestination]
) -> None:
    """Keep templates and send from them."""
    template = classic.Template(template_name="order")
    assert_type(await ses.create_template(template=template), classic.CreateTemplateResponse)
    assert_type(await ses.get_template("order"), classic.GetTemplateResponse)
    assert_type(await ses.render_check("order", {}), classic.TestRenderTemplateResponse)
    async for found in ses.iter_templates():
        assert_type(found, classic.TemplateMetadata)
    results = await ses.send_bulk(
        source="shop@example.com", template="order", default_template_data={}, destinations=orders
    )
    assert_type(results, list[BulkSendResult])


def act_upon(arrival: events.AnyEvent | events.Notice) -> str:
    """Tell every class of events apart; the last arm proves that none is missing."""
    assert_type(arrival.via, events.Via)
    match arrival:
        case events.Notice():
            return repr(arrival.via.topic_arn)
        case events.Bounced():
            assert_type(arrival.reason, models.BounceReason | models.NewValue | None)
            assert_type(arrival.is_permanent, bool | None)
            assert_type(arrival.bounce_sub_type, str | None)
            assert_type(arrival.bounced_recipients, tuple[events.BouncedRecipient, ...])
            return arrival.event_id
        case events.Opened() | events.Clicked():
            assert_type(arrival.is_bot, bool | None)
            return str(arrival.recipients)
        case events.Delayed():
            assert_type(arrival.expiration_time, datetime | None)
        case events.Delivered() | events.Sent() | events.Complained() | events.Rejected():
            assert_type(arrival.tags, Mapping[str, tuple[str, ...]])
        case events.RenderingFailed() | events.SubscriptionChanged():
            assert_type(arrival.timestamp, datetime)
        case events.UnknownEvent():
            assert_type(arrival.raw, Mapping[str, Any])
        case _:
            assert_never(arrival)
    assert_type(arrival.message_id, str)
    assert_type(arrival.mail, events.Mail)
    return arrival.message_id


def read_events(body: bytes, headers: dict[str, str], queue: str) -> None:
    """Read events from everywhere."""
    for arrival in events.parse(body):
        act_upon(arrival)
    with events.read("mail-events", on_bad_record="collect") as reader:
        assert_type(reader.bad_records, list[errors.EventParseError])
        table: pa.Table = events.to_arrow(reader)
        print(table.num_rows)  # noqa: T201
    act_upon(events.unwrap(body, headers, topics=["arn:aws:sns:eu-west-1:111122223333:mail"]))
    with events.iter_queue(queue, idle=60) as messages:
        for arrival in messages:
            act_upon(arrival)
            arrival.ack()
