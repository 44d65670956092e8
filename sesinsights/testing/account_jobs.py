"""The jobs of an emulated account, and the methods with which a test adds to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.arguments import is_whole_number
from sesinsights.testing.clock import in_utc
from sesinsights.testing.import_jobs import ImportJob
from sesinsights.testing.jobs import ExportJob, JobProgress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sesinsights.testing.state import State


class AccountJobs:
    """Export and import jobs; threads may add to them."""

    _state: State

    def add_export_job(
        self,
        *,
        job_id: str | None = None,
        job_status: str | None = "COMPLETED",
        export_data_source: Mapping[str, Any] | None = None,
        data_format: str = "CSV",
        created_at: datetime | None = None,
        error_message: str | None = None,
    ) -> str:
        """Add an export job without a call to the service.

        Args:
            job_id: The job's id; by default, a new one.
            job_status: The status that the job keeps. If None, the status changes with the clock,
                beginning at `created_at`.
            export_data_source: What the job exports, as CreateExportJob takes it; by default, the
                messages of the day before `created_at`.
            data_format: `CSV` or `JSON`.
            created_at: When the job was created, timezone-aware; by default, now.
            error_message: Why the job failed or, if `job_status` is None, why it will fail.

        Returns:
            The job's id.

        Raises:
            ValueError: The id is taken, or the service would not accept an argument.
        """
        state = self._state
        with state.lock:
            progress = self._progress(job_status, created_at, error_message)
            source = export_data_source or {
                "MessageInsightsDataSource": {
                    "StartDate": progress.created_at - timedelta(days=1),
                    "EndDate": progress.created_at,
                }
            }
            source = state.protocol.check_seed("ExportDataSource", source)
            if len(source) != 1:
                message = "export_data_source must have exactly one data source"
                raise ValueError(message)
            state.protocol.check_seed("ExportDestination", {"DataFormat": data_format})
            return state.export_jobs.add(
                ExportJob(
                    job_id=job_id or state.options.new_id(),
                    progress=progress,
                    data_source=source,
                    data_format=data_format,
                )
            )

    def add_export_jobs(self, count: int, *, job_status: str | None = "COMPLETED") -> list[str]:
        """Add many export jobs, each newer than the one before; the last is created now.

        Args:
            count: How many jobs to add.
            job_status: The status that the jobs keep; if None, it changes with the clock.

        Returns:
            The jobs' ids, oldest first; the service lists the newest first.

        Raises:
            ValueError: `count` is negative, or `job_status` is not a status.
        """
        if not is_whole_number(count) or count < 0:
            raise ValueError(
                f"count must be a whole number and must not be negative, not {count!r}"
            )
        now = self._state.clock.now()
        return [
            self.add_export_job(job_status=job_status, created_at=now - timedelta(seconds=age))
            for age in reversed(range(count))
        ]

    def add_import_job(
        self,
        *,
        job_id: str | None = None,
        job_status: str | None = None,
        import_destination: Mapping[str, Any] | None = None,
        import_data_source: Mapping[str, Any] | None = None,
        created_at: datetime | None = None,
        error_message: str | None = None,
        processed_records: int = 0,
        failed_records: int = 0,
    ) -> str:
        """Add an import job.

        Args:
            job_id: The job's id; by default, a new one.
            job_status: The status that the job keeps; by default, it changes with the clock.
            import_destination: The list to import into, as CreateImportJob takes it; by default,
                the job adds addresses to the suppression list.
            import_data_source: The file to import, as CreateImportJob takes it; by default, a CSV
                file.
            created_at: When the job was created, timezone-aware; by default, now.
            error_message: Why the job failed or, if `job_status` is None, why it will fail.
            processed_records: How many records the job has processed once it is finished.
            failed_records: How many of those records failed.

        Returns:
            The job's id.

        Raises:
            ValueError: The id is taken, or the service would not accept an argument.
        """
        destination = import_destination or {
            "SuppressionListDestination": {"SuppressionListImportAction": "PUT"}
        }
        data_source = import_data_source or {
            "S3Url": "s3://example-bucket/addresses.csv",
            "DataFormat": "CSV",
        }
        if not (
            is_whole_number(processed_records)
            and is_whole_number(failed_records)
            and 0 <= failed_records <= processed_records
        ):
            message = (
                "processed_records and failed_records must be whole numbers that are not negative,"
                " and failed_records must not exceed processed_records"
            )
            raise ValueError(message)
        state = self._state
        with state.lock:
            return state.import_jobs.add(
                ImportJob(
                    job_id=job_id or state.options.new_id(),
                    progress=self._progress(job_status, created_at, error_message),
                    destination=state.protocol.check_seed("ImportDestination", destination),
                    data_source=state.protocol.check_seed("ImportDataSource", data_source),
                    processed_records=processed_records,
                    failed_records=failed_records,
                )
            )

    def _progress(
        self, job_status: str | None, created_at: datetime | None, error_message: str | None
    ) -> JobProgress:
        options = self._state.options
        statuses = self._state.protocol.enum_values("JobStatus")
        if job_status is not None and job_status not in statuses:
            message = f"job_status must be None or one of {', '.join(sorted(statuses))}"
            raise ValueError(message)
        now = self._state.clock.now()
        created_at = in_utc("created_at", created_at) if created_at else now
        if created_at > now:
            message = "created_at must not be in the future of the emulator's clock"
            raise ValueError(message)
        duration = timedelta(seconds=options.job_seconds)
        if job_status is not None:
            # It has that status already, so if it is finished it did not take longer than this.
            duration = min(duration, now - created_at)
        return JobProgress(
            created_at=created_at,
            duration=duration,
            created_for=timedelta(seconds=options.created_seconds),
            error_message=error_message,
            fixed_status=job_status,
        )
