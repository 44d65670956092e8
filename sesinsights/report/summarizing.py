"""The numbers of a report, computed by the engine that has the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sesinsights.arguments import check_tag_name
from sesinsights.extras import needs_extra
from sesinsights.report.window import Window

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.outcomes.relations import TableSource
    from sesinsights.report.from_metrics import MetricsSource
    from sesinsights.report.summary import Summary


def summarize(
    source: TableSource | MetricsSource,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    campaign_tag: str = "campaign",
) -> Summary:
    """Summarize what happened to your mail.

    Each message counts once for each recipient, by its final outcome, however many events or rows
    it has. Memory does not grow with the source: DuckDB does the work in this process, with about 1
    GB and the disk, to which remote files are copied first. An Ibis table is summarized by its own
    engine, such as Spark, Athena, Trino or BigQuery, which returns only the numbers. A connection
    to DuckDB only reads.

    Args:
        source: The path of a Parquet file or dataset of an export or of events, as `write_parquet`
            writes them, which may be a pattern such as `mail/*.parquet` or an address such as
            `s3://bucket/prefix`, or several such paths, even of exports and events together; an
            export; what `events.read` returns; an Arrow table, reader or dataset; or an Ibis table.
            Or metrics: what `metric_series` of `report.METRICS` or `export_metrics` returns, or a
            table or file of them. Metrics cover all mail and 60 days, but have no reasons, status
            codes, latency and campaigns.
        start: Start of the window in which the mail was sent, timezone-aware; without it, all mail
            is counted.
        end: End of the window, not included. With both, the preceding period of the same length is
            counted too, if the source has mail from it. Mail without a time is counted only if
            there is no window.
        campaign_tag: The name of the tag that names the campaign.

    Raises:
        ImportError: The extra `report` is not installed.
        FileNotFoundError: There is no Parquet file at the path.
        TypeError: The source is something else.
        ValueError: The file is not Parquet, the table has the columns of neither events nor
            exports, the window is not timezone-aware or is empty, or `campaign_tag` cannot be the
            name of a tag. Or metrics lack one of the first five of `report.METRICS`, count mail
            twice, or do not fit the window, which must consist of whole UTC days.
    """
    from sesinsights.report.from_metrics import metrics_of, summary_of_metrics

    window = Window(start, end)
    check_tag_name("campaign_tag", campaign_tag)
    metrics = metrics_of(source)
    if metrics is not None:
        return summary_of_metrics(metrics, window, campaign_tag)
    with needs_extra("report"):
        from sesinsights.report.questions import answers
    return answers(cast("TableSource", source), window, campaign_tag)
