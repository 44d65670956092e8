"""Mistakes that type checkers must find.

Each line that must fail says so to both checkers, and either fails when there is nothing to ignore.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnusedExpression=false
# ruff: noqa: B018, T201

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

import boto3

from sesinsights import (
    AsyncSESClassic,
    AsyncSESInsights,
    MessageLookup,
    RetryPolicy,
    SESClassic,
    SESInsights,
    errors,
    models,
)
from sesinsights.classic import BulkSendResult
from sesinsights.classic import models as classic

if TYPE_CHECKING:
    from collections.abc import Hashable

NOW = datetime.now(UTC)


def make_clients() -> None:
    """Arguments have names, and these are all."""
    SESInsights("us-east-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    SESInsights(region="us-east-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    SESInsights(client=boto3.session.Session())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    SESInsights(paces={"GetMessageInsights": "1"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    SESInsights(retry=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryPolicy(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    RetryPolicy(attempts=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    RetryPolicy().max_attempts = 5  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def call(ses: SESInsights, source: models.ExportDataSource) -> None:
    """Calls take what the service takes, by name."""
    csv = models.ExportDestination(data_format="CSV")
    ses.get_message_insights()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.get_message_insights(id="0100")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.get_message_insights(4711)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.get_message_insights(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.get_export_job("1", "2")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.get_export_job(JobId="1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.create_export_job(source, csv)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.create_export_job(export_data_source=source)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.create_export_job(export_data_source={"metrics": None}, export_destination=csv)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.create_export_job(export_data_source=source, export_destination={"data_format": "XML"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.create_export_job(export_data_source=source, export_destination={})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.list_export_jobs("token")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.list_export_jobs(page_size="10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.list_export_jobs(max_items=10)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.list_export_jobs(job_status="DONE")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.list_import_jobs(job_status="FAILED")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.iter_export_jobs(next_token="token")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.iter_message_insights([1, 2])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    ses.iter_message_insights("0100", "0101")  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    ses.get_configuration_set_event_destinations(name="news")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.send_email()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.client = boto3.client("sesv2")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def wait(ses: SESInsights) -> None:
    """Waits take seconds, and a function that takes the job's own kind of answer."""

    def watch(job: models.GetExportJobResponse) -> None:
        print(job.statistics)

    ses.wait_for_export_job("1", 60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.wait_for_export_job("1", timeout=timedelta(hours=1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.wait_for_export_job("1", on_update="watch")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.wait_for_import_job("1", on_update=watch)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.wait_for_import_job("1").export_destination  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def read(ses: SESInsights, lookup: MessageLookup) -> None:
    """Responses are objects whose members may be absent, and never change."""
    message = ses.get_message_insights("0100")
    message["Subject"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    message.Subject  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    message.subject.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    message.subject = "Another"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    message.email_tags.append(message.email_tags[0])  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    message.insights[0].events[0].details.bounce  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    ses.get_export_job("1").completed_timestamp.date()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    ses.get_export_job("1").status  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    lookup.message.subject  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    lookup.error.code  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    lookup.message_id = "0101"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def go_through_lists(ses: SESInsights) -> None:
    """A page is not an item, and an iterator is not a page."""
    ses.list_export_jobs().job_id  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.list_export_jobs()[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    for job in ses.list_export_jobs():
        print(job.job_id)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    for page in ses.iter_export_jobs().pages():
        print(page.job_id)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.iter_export_jobs().export_jobs  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.iter_export_jobs().next_token  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.iter_export_jobs().resume_token.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    next(ses.iter_import_jobs()).completed_timestamp  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def build(day: datetime) -> None:
    """Shapes are built from their members, by name and of their types."""
    models.ExportDestination("CSV")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.ExportDestination()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.ExportDestination(DataFormat="CSV")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.ExportDestination(data_format="XML")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.ExportMetric(name="SEND", aggregation="VOLUM")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.ExportDestination(data_format=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.MessageInsightsDataSource(start_date=day)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.MessageInsightsDataSource(start_date="today", end_date=day)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.MessageInsightsDataSource(start_date=day, end_date=day, max_rows=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.MessageInsightsFilters(isp=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    models.MessageInsightsFilters(last_delivery_event=["BOUNCED"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    models.MessageInsightsFilters(last_delivery_event=[None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    models.MessageInsightsFilters().isp.append("Gmail")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    models.ExportDataSource(metrics_data_source=[])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.GetExportJobResponse.from_service("answer")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.Nonsense  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def change(metrics: models.MetricsDataSource) -> None:
    """What is inside a shape cannot be changed either."""
    metrics.dimensions["ISP"] = ["*"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    metrics.metrics[0] = models.ExportMetric(name="SEND")  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    metrics.metrics[0].name = "OPEN"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def match(job: models.GetExportJobResponse) -> None:
    """A match that forgets new values is not complete."""
    match job.job_status:
        case models.JobStatus():
            pass
        case _:
            assert_never(job.job_status)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def handle(
    failed: errors.ExportJobFailedError,
    refused: errors.ServiceError,
    job: models.GetImportJobResponse,
) -> None:
    """Errors carry what belongs to them."""
    failed.error_message.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    failed.last_response.import_destination  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    refused.job_id  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    refused.status_code + 1  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]
    errors.ExportJobFailedError(job)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    errors.Nonsense  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def call_classic(ses: SESClassic, template: classic.Template, reader: classic.Destination) -> None:
    """Calls of the classic API take what it takes, by name."""
    SESClassic("us-east-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    SESClassic(client=boto3.client("sesv2"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.create_template(template)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.create_template(template={"TemplateName": "order"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.get_template(name="order")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.get_template()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.list_templates(page_size=10)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.iter_templates(next_token="token")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.delete_template(4711)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.test_render_template("order", {})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.render_check("order")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.render_check("order", ["number"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.send_templated_email(source="a", destination=reader, template="order")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.send_templated_email(source="a", destination="b", template="c", template_data={})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.send_templated_email(source="a", destination=reader, template="c", template_data=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ses.send_bulk(source="a", template="b", default_template_data={}, destinations=[reader])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    ses.send_bulk_templated_email(source="a", template="b", destinations=[])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.describe_configuration_set("news", ["eventDestinations"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.create_configuration_set_event_destination(configuration_set_name="news")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ses.get_message_insights("0100")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def build_classic(template: classic.Template, tag: models.MessageTag) -> None:
    """Shapes of the classic API are built from its members, and never change."""
    classic.Template()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    classic.Template(template_name="order", subject="Order")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    classic.Template(TemplateName="order")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    classic.Destination(to_addresses=[None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    classic.Destination(["a@example.com"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    classic.KinesisFirehoseDestination(IAMRoleARN="role", DeliveryStreamARN="stream")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    classic.SNSDestination(topic_arn=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    classic.BulkEmailDestination(destination=classic.Destination(), replacement_tags=[tag])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    classic.EventDestination(name="a", matching_event_types=["BOUNCE"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    classic.EventDestination(name="a", matching_event_types=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    template.subject_part.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    template.subject_part = "Another"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    classic.Destination().to_addresses.append("a@example.com")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    classic.Destination().recipients = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    classic.Nonsense  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def read_classic(
    ses: SESClassic, result: BulkSendResult, error: errors.MissingRenderingAttributeError
) -> None:
    """Answers of the classic API may lack members, and errors too."""
    ses.get_template("order").template_name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.get_template("order").template.html_part.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    next(ses.iter_templates()).template_name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.list_templates()[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    result.message_id.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    result.error.maybe_delivered  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    result.status = None  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    error.attribute.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def keep(job: models.GetExportJobResponse) -> None:
    """A shape is a key, a list of shapes is none."""
    key: Hashable = [job]  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(key)
    job.job_id = "2"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def forget_to_await(ses: AsyncSESInsights, ses_classic: AsyncSESClassic) -> None:
    """A call that is not awaited does nothing, and its result is not a response."""
    ses.get_message_insights("0100")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    ses.cancel_export_job("1")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    ses.close()  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    ses_classic.delete_template("order")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    ses.get_export_job("1").job_status  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.wait_for_export_job("1").export_destination  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses.list_export_jobs().export_jobs  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    ses_classic.send_bulk(source="a", template="b", default_template_data={}, destinations=[])[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    job: models.GetExportJobResponse = ses.get_export_job("1")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(job)
    await ses.iter_export_jobs()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await ses.export_message_insights(start_date=NOW, end_date=NOW)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    ses.export_message_insights(start_date=NOW, end_date=NOW).to_csv("records.csv")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    with ses:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
    with ses.export_message_insights(start_date=NOW, end_date=NOW):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass


async def iterate_as_in_threads(ses: AsyncSESInsights, sync: SESInsights) -> None:
    """An asynchronous iterable is not a plain one, nor the other way round."""
    for job in ses.iter_export_jobs():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        print(job)
    for page in ses.iter_export_jobs().pages():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        print(page)
    for lookup in ses.iter_message_insights(["0100"]):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        print(lookup)
    for record in ses.export_message_insights(start_date=NOW, end_date=NOW):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        print(record)
    list(ses.iter_import_jobs())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    next(ses.iter_export_jobs())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    async for job in sync.iter_export_jobs():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        print(job)
    await sync.get_export_job("1")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    ses.iter_message_insights([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
