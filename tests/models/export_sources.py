"""Sources of exports, as a user gives them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sesinsights import models

DAY = datetime(2026, 1, 15, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
INDIA = timezone(timedelta(hours=5, minutes=30))

WINDOW: dict[str, Any] = {"start_date": DAY, "end_date": NOON}
WINDOW_ON_WIRE: dict[str, Any] = {"StartDate": DAY, "EndDate": NOON}

METRICS: dict[str, Any] = {
    "dimensions": {"ISP": ["*"]},
    "namespace": "VDM",
    "metrics": [models.ExportMetric(name="SEND", aggregation="VOLUME")],
    "start_date": DAY,
    "end_date": DAY + timedelta(days=1),
}


def metrics_request() -> models.CreateExportJobRequest:
    """Return a request for an export of metrics."""
    return models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(
            metrics_data_source=models.MetricsDataSource(**METRICS)
        ),
        export_destination=models.ExportDestination(data_format="CSV"),
    )
