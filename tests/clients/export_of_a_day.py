"""An export of the messages of one day, as several tests ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sesinsights import SESInsights, models

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


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
