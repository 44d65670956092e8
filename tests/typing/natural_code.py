"""What a user would naturally write: checkers only find fault where something may be absent.

Each such line is marked, and either checker fails when there is nothing to mark.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true
# ruff: noqa: D103, T201

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from sesinsights import SESClassic, SESInsights, errors, models, report
from sesinsights.classic import models as cm


def a1_sort_events(ses: SESInsights, mid: str) -> list[models.InsightsEvent]:
    m = ses.get_message_insights(mid)
    return sorted(m.insights[0].events, key=lambda e: e.timestamp)


def a2_delay(ses: SESInsights, mid: str) -> timedelta:
    ev = ses.get_message_insights(mid).insights[0].events
    return ev[-1].timestamp - ev[0].timestamp


def a3_format(ses: SESInsights, mid: str) -> None:
    for r in ses.get_message_insights(mid).insights:
        for e in r.events:
            print(e.timestamp.isoformat(), e.type.value)
            print(f"{e.timestamp:%H:%M}", e.type.lower())


def a4_bounce(ses: SESInsights, mid: str) -> str:
    for r in ses.get_message_insights(mid).insights:
        for e in r.events:
            if e.type == models.EventType.BOUNCE:
                return e.bounce.bounce_type  # type: ignore[union-attr, return-value] # a bounce may lack its details  # pyright: ignore[reportOptionalMemberAccess, reportReturnType]
    return ""


def a5_dict(ses: SESInsights, mid: str) -> dict[str, str]:
    m = ses.get_message_insights(mid)
    return {r.destination: r.isp for r in m.insights}  # type: ignore[misc] # a provider may be unknown  # pyright: ignore[reportReturnType]


def a6_subject(ses: SESInsights, mid: str) -> str:
    return ses.get_message_insights(mid).subject.upper()  # type: ignore[union-attr] # a subject may be absent  # pyright: ignore[reportOptionalMemberAccess]


def a7_match(e: models.InsightsEvent) -> str:
    match e.type:
        case models.EventType.BOUNCE:
            return "x"
        case models.EventType.DELIVERY:
            return "y"
        case _:
            return e.type


def b1_wait(ses: SESInsights, src: models.ExportDataSource) -> None:
    job = ses.create_export_job(
        export_data_source=src, export_destination=models.ExportDestination(data_format="CSV")
    )
    done = ses.wait_for_export_job(job.job_id)
    ses.download_export_job(done.job_id, "x.csv")


def b2_jobs(ses: SESInsights) -> dict[str, str]:
    return {j.job_id: j.job_status for j in ses.iter_export_jobs()}


def b3_cancel(ses: SESInsights) -> None:
    for j in ses.iter_export_jobs(job_status="PROCESSING"):
        ses.cancel_export_job(j.job_id)


def b4_url(ses: SESInsights, job_id: str) -> str:
    return ses.get_export_job(job_id).s3_url  # type: ignore[return-value] # only a completed job has a link  # pyright: ignore[reportReturnType]


def b5_age(ses: SESInsights) -> list[models.ExportJobSummary]:
    return [
        j
        for j in ses.iter_export_jobs()
        if j.created_timestamp > datetime.now(UTC) - timedelta(hours=1)
    ]


def b6_dur(ses: SESInsights, job_id: str) -> float:
    j = ses.wait_for_export_job(job_id)
    return j.duration.total_seconds()  # type: ignore[union-attr] # a job that runs has none  # pyright: ignore[reportOptionalMemberAccess]


def b7_count(ses: SESInsights, job_id: str) -> int:
    return ses.get_export_job(job_id).statistics.exported_records_count  # type: ignore[union-attr, return-value] # the service leaves it out  # pyright: ignore[reportOptionalMemberAccess, reportReturnType]


def b8_fail(ses: SESInsights, job_id: str) -> str:
    return ses.get_export_job(job_id).error_message  # type: ignore[return-value] # only a failed job has one  # pyright: ignore[reportReturnType]


def b9_import(ses: SESInsights) -> dict[str, int]:
    return {j.job_id: j.processed_records_count for j in ses.iter_import_jobs()}  # type: ignore[misc] # it comes with the first records  # pyright: ignore[reportReturnType]


def c1_lookup(ses: SESInsights, ids: list[str]) -> None:
    for lookup in ses.iter_message_insights(ids):
        if lookup.error:
            print(lookup.error)
        else:
            # By what is false, checkers do not tell the kinds of a lookup apart: `is None` does.
            print(lookup.message.subject)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
            for r in lookup.message.insights:  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
                print(r.destination)


def c2_lookup(ses: SESInsights, ids: list[str]) -> None:
    for lookup in ses.iter_message_insights(ids):
        if lookup.error is None:
            print(lookup.message.insights)


def c3_lookup(ses: SESInsights, ids: list[str]) -> None:
    for lookup in ses.iter_message_insights(ids):
        if lookup.message:
            print(lookup.message.insights)


def d1_records(ses: SESInsights, s: datetime, e: datetime) -> dict[str, datetime]:
    with ses.export_message_insights(start_date=s, end_date=e) as export:
        return {r.message_id: r.send_timestamp for r in export}


def d2_by_day(ses: SESInsights, s: datetime, e: datetime) -> dict[date, int]:
    out: dict[date, int] = {}
    with ses.export_message_insights(start_date=s, end_date=e) as export:
        for r in export:
            day = r.send_timestamp.date()
            out[day] = out.get(day, 0) + 1
    return out


def d3_event(ses: SESInsights, s: datetime, e: datetime) -> list[str]:
    with ses.export_message_insights(start_date=s, end_date=e) as export:
        return [r.destination for r in export if r.last_delivery_event == "PERMANENT_BOUNCE"]


def d4_latency(ses: SESInsights, s: datetime, e: datetime) -> list[float]:
    with ses.export_message_insights(start_date=s, end_date=e) as export:
        return [
            (r.last_delivery_event_timestamp - r.send_timestamp).total_seconds()  # type: ignore[operator] # there may be no event yet  # pyright: ignore[reportOptionalOperand, reportUnknownMemberType]
            for r in export
        ]


def d5_metrics(ses: SESInsights, s: datetime, e: datetime) -> float:
    rows = ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
        start_date=s,
        end_date=e,
    )
    return sum(row.metrics["SEND_VOLUME"] for row in rows)


def d6_metrics_day(ses: SESInsights, s: datetime, e: datetime) -> dict[date, float]:
    rows = ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
        start_date=s,
        end_date=e,
        by_day=True,
    )
    return {
        row.start_date.date(): row.metrics["SEND_VOLUME"]  # type: ignore[union-attr] # a file does not tell  # pyright: ignore[reportOptionalMemberAccess]
        for row in rows
    }


def d6_series(ses: SESInsights, s: datetime, e: datetime) -> dict[str, int]:
    series = ses.metric_series(["SEND", "OPEN"], {"ISP": ["Gmail"]}, start_date=s, end_date=e)
    print(max(series[0].points, key=lambda point: point.value).day.date(), series.to_pandas())
    print(report.summarize(series, start=s, end=e).counts.bounce_rate)
    return {one.metric.value: one.total for one in series if one.dimensions["ISP"] == "Gmail"}


def d6_recommendations(ses: SESInsights) -> list[str | None]:
    found = ses.iter_recommendations(filter={"STATUS": "OPEN"})
    return [each.resource_arn for each in found if each.impact == "HIGH"]


def d6_account(ses: SESInsights) -> bool:
    ses.put_account_vdm_attributes(vdm_attributes={"vdm_enabled": "ENABLED"})
    vdm = ses.get_account().vdm_attributes
    return vdm is not None and vdm.vdm_enabled == models.FeatureStatus.ENABLED


def d7_pandas(ses: SESInsights, s: datetime, e: datetime) -> None:
    with ses.export_message_insights(start_date=s, end_date=e) as export:
        df = export.to_pandas()
        print(df["isp"].value_counts())
        pl = export.to_polars()
        print(pl.head())
        t = export.to_arrow()
        print(t.num_rows)


def e1_classic(c: SESClassic) -> str:
    return c.get_template("order").template.subject_part  # type: ignore[return-value] # a template may have no subject  # pyright: ignore[reportReturnType]


def e2_classic(c: SESClassic) -> list[str]:
    return [t.name for t in c.iter_templates()]


def e3_send(c: SESClassic) -> str:
    return c.send_templated_email(
        source="a@x.com",
        destination=cm.Destination(to_addresses=["b@x.com"]),
        template="order",
        template_data={"a": 1},
    ).message_id


def e4_bulk(c: SESClassic) -> dict[str, str]:
    dests = [
        cm.BulkEmailDestination(
            destination=cm.Destination(to_addresses=["a@x.com"]),
            replacement_template_data={"number": "1"},
        )
    ]
    res = c.send_bulk(
        source="a@x.com", template="order", default_template_data={}, destinations=dests
    )
    return {r.destination.destination.to_addresses[0]: r.message_id for r in res}  # type: ignore[misc] # what was not accepted has none  # pyright: ignore[reportReturnType]


def e5_quota(c: SESClassic) -> float:
    q = c.get_send_quota()
    return q.max24_hour_send - q.sent_last24_hours


def e6_preview(c: SESClassic) -> str:
    return c.render_check("order", {"number": 1}).rendered_template.strip()


def f1_dest(ses: SESInsights) -> list[str]:
    return [
        d.name
        for d in ses.get_configuration_set_event_destinations("x").event_destinations
        if d.enabled
    ]


def f2_arn(ses: SESInsights) -> str:
    for d in ses.get_configuration_set_event_destinations("x").event_destinations:
        return d.sns_destination.topic_arn  # type: ignore[union-attr] # it may be of another kind  # pyright: ignore[reportOptionalMemberAccess]
    return ""


def g1_err(ses: SESInsights, mid: str) -> None:
    try:
        ses.get_message_insights(mid)
    except errors.ServiceError as e:
        print(e.code, e.request_id, e.response["Error"]["Code"])
    except errors.WaitTimeoutError as e:
        print(e.last_response.job_status)  # type: ignore[union-attr] # there may have been no response  # pyright: ignore[reportOptionalMemberAccess]
    except errors.ExportJobFailedError as e:
        print(e.error_message.lower())  # type: ignore[union-attr] # the service may give no reason  # pyright: ignore[reportOptionalMemberAccess]


def h1_filters() -> models.MessageInsightsFilters:
    return models.MessageInsightsFilters(
        isp=["Gmail"], last_delivery_event=["DELIVERY", models.DeliveryEventType.DELIVERY]
    )


def h2_json(ses: SESInsights, mid: str) -> None:
    m = ses.get_message_insights(mid)
    print(m.model_dump_json(), json.dumps(m.model_dump(mode="json")), m.to_service())
