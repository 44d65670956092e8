"""The emulator: an Amazon SES of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.testing.environment import PLACEHOLDER_CREDENTIALS
from sesinsights.testing.event_destinations import EventDestinationHandlers
from sesinsights.testing.export_jobs import ExportJobHandlers
from sesinsights.testing.export_results import ExportResults
from sesinsights.testing.fault_queue import FaultQueue
from sesinsights.testing.faults import Faults
from sesinsights.testing.import_jobs import ImportJobHandlers
from sesinsights.testing.job_progress import JobProgress
from sesinsights.testing.links import Links
from sesinsights.testing.message_insights import MessageInsightsHandlers
from sesinsights.testing.messages import Mailbox, Message
from sesinsights.testing.metrics import UNKNOWN_ISP
from sesinsights.testing.pace import PaceLimits
from sesinsights.testing.settings import Settings
from sesinsights.testing.times import in_utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from sesinsights.clock import Clock
    from sesinsights.testing.messages import MessageEvent
    from sesinsights.testing.records import RecordedDownload, RecordedRequest
    from sesinsights.testing.server import LoopbackServer

__all__ = ["SESEmulator"]

_SENT_AGO = timedelta(minutes=1)


class SESEmulator:
    """Amazon SES v2 on the loopback interface, for any AWS SDK that takes an `endpoint_url`.

    It knows message insights, export jobs with their files, import jobs and event destinations,
    keeps the documented pace of one call a second, and can be made to fail: see `faults`. While
    it runs, the environment has placeholder AWS credentials, unless it names an access key or a
    profile already. Any number of threads may call it and put things into it.

    Args:
        clock: What time it is for jobs, links, paces and retention; this machine's when omitted.
            It is read only, never slept on.
        vdm_enabled: Whether Virtual Deliverability Manager is on.
        paces: Calls a second by operation, in place of the documented ones; None is unlimited.
        job_seconds: How long a job takes: CREATED for the first quarter, then PROCESSING.
        link_seconds: How long a download link works.
        max_running_jobs: How many export jobs may be unfinished at once.
        seed: Identifiers and random samples are the same for the same seed.

    Raises:
        ImportError: The extra `testing` is not installed.
        ValueError: `paces` names an operation that the service does not have.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        vdm_enabled: bool = True,
        paces: Mapping[str, float | None] | None = None,
        job_seconds: float = 4.0,
        link_seconds: float = 300.0,
        max_running_jobs: int = 20,
        seed: int = 0,
    ) -> None:
        try:
            from sesinsights.testing.server import LoopbackServer
        except ImportError as error:
            message = "SESEmulator needs an extra: pip install 'sesinsights[testing]'"
            raise ImportError(message) from error
        from sesinsights.testing.downloads import Downloads
        from sesinsights.testing.protocol import load_protocol
        from sesinsights.testing.service import Service

        self._server_class = LoopbackServer
        self._server: LoopbackServer | None = None
        self._protocol = load_protocol()
        self._settings = Settings(
            clock=clock or SYSTEM_CLOCK,
            vdm_enabled=vdm_enabled,
            job_seconds=job_seconds,
            link_seconds=link_seconds,
            max_running_jobs=max_running_jobs,
            seed=seed,
        )
        queue = FaultQueue()
        self._faults = Faults(queue, self._protocol)
        self._mailbox = Mailbox(
            self._protocol.enum_values("EventType"), self._protocol.enum_values("BounceType")
        )
        links = Links(self._settings)
        results = ExportResults(self._settings, self._mailbox)
        self._export_jobs = ExportJobHandlers(self._settings, results, links, queue)
        self._import_jobs = ImportJobHandlers(self._settings, queue)
        self._event_destinations = EventDestinationHandlers()
        self._downloads = Downloads(self._settings, links, self._export_jobs, results, queue)
        self._service = Service(
            clock=self._settings.clock,
            protocol=self._protocol,
            handlers=[
                MessageInsightsHandlers(self._settings, self._mailbox),
                self._export_jobs,
                self._import_jobs,
                self._event_destinations,
            ],
            downloads=self._downloads,
            faults=queue,
            pace=PaceLimits(self._rates(paces or {})),
        )

    def start(self) -> None:
        """Begin to listen.

        Raises:
            RuntimeError: It listens already.
        """
        if self._server is not None:
            message = "the emulator is running"
            raise RuntimeError(message)
        self._server = self._server_class(self._service.respond)
        self._settings.endpoint_url = self._server.url
        PLACEHOLDER_CREDENTIALS.enter()
        self._server.start()

    def stop(self) -> None:
        """Close every connection and stop listening; what it knows stays. Does nothing twice."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.stop()
        PLACEHOLDER_CREDENTIALS.leave()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """What to give an SDK as `endpoint_url`.

        Raises:
            RuntimeError: The emulator is not running.
        """
        if self._server is None:
            message = "the emulator is not running: use it in a with statement, or start() it"
            raise RuntimeError(message)
        return self._server.url

    @property
    def faults(self) -> Faults:
        """What can be made to go wrong."""
        return self._faults

    @property
    def requests(self) -> list[RecordedRequest]:
        """The calls that arrived so far, oldest first, throttled ones (429) included."""
        with self._service.lock:
            return list(self._service.records)

    @property
    def downloads(self) -> list[RecordedDownload]:
        """The downloads that were tried so far, oldest first."""
        with self._service.lock:
            return list(self._downloads.records)

    @property
    def vdm_enabled(self) -> bool:
        """Whether Virtual Deliverability Manager is on; may be set at any time."""
        return self._settings.vdm_enabled

    @vdm_enabled.setter
    def vdm_enabled(self, enabled: bool) -> None:
        self._settings.vdm_enabled = enabled

    def add_message(
        self,
        *,
        message_id: str | None = None,
        from_email_address: str = "sender@example.com",
        destination: str = "recipient@example.com",
        subject: str | None = "Hello",
        isp: str | None = UNKNOWN_ISP,
        sent_at: datetime | None = None,
        email_tags: Mapping[str, str] | None = None,
        configuration_set: str | None = None,
        tenant_name: str | None = None,
        events: Sequence[MessageEvent | str] = ("SEND", "DELIVERY"),
    ) -> str:
        """Add a message that was sent to one recipient.

        Args:
            message_id: Its identifier; a new one when omitted.
            from_email_address: The sender; the domain is its identity in metrics.
            destination: The recipient.
            subject: The subject; absent from answers when None.
            isp: The recipient's mailbox provider; absent from answers when None.
            sent_at: When it was sent, aware; a minute ago when omitted.
            email_tags: Tags by name.
            configuration_set: The configuration set, which metrics can ask for.
            tenant_name: The tenant, which filters and metrics can ask for.
            events: What happened to it, as names such as `DELIVERY` or `PERMANENT_BOUNCE`, or as
                `MessageEvent`. The first without a time happens at `sent_at`, each other one a
                second after the one before.

        Returns:
            The message's identifier.

        Raises:
            ValueError: The identifier is taken, an event type does not exist, or a time has no
                time zone.
        """
        with self._service.lock:
            sent_at = in_utc("sent_at", sent_at) if sent_at else self._settings.now() - _SENT_AGO
            message = Message(
                message_id=message_id or f"0100{self._settings.new_id()}-000000",
                from_email_address=from_email_address,
                destination=destination,
                subject=subject,
                isp=isp,
                sent_at=sent_at,
                email_tags=dict(email_tags or {}),
                configuration_set=configuration_set,
                tenant_name=tenant_name,
            )
            self._mailbox.add(message, events)
            return message.message_id

    def add_event(self, message_id: str, event: MessageEvent | str) -> None:
        """Let something happen to a message that was added.

        Args:
            message_id: The message.
            event: What happened; a second after the event before it when it has no time.

        Raises:
            KeyError: There is no such message.
            ValueError: The event type does not exist, or its time has no time zone.
        """
        with self._service.lock:
            self._mailbox.add_event(message_id, event)

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
        """Add an export job without a call.

        Args:
            job_id: Its identifier; a new one when omitted.
            job_status: The status that it keeps; None lets it go on by the clock from
                `created_at`.
            export_data_source: What it exports, as CreateExportJob takes it; the messages of the
                day before `created_at` when omitted.
            data_format: `CSV` or `JSON`.
            created_at: When it was created, aware; now when omitted.
            error_message: Why it failed, or, without a `job_status`, why it is going to fail.

        Returns:
            The job's identifier.

        Raises:
            ValueError: An argument is nothing that the service could have.
        """
        with self._service.lock:
            progress = self._progress(job_status, created_at, error_message)
            source = export_data_source or {
                "MessageInsightsDataSource": {
                    "StartDate": progress.created_at - timedelta(days=1),
                    "EndDate": progress.created_at,
                }
            }
            source = self._protocol.check_seed("ExportDataSource", source)
            self._protocol.check_seed("ExportDestination", {"DataFormat": data_format})
            return self._export_jobs.add(source, data_format, progress, job_id)

    def add_export_jobs(self, count: int, *, job_status: str | None = "COMPLETED") -> list[str]:
        """Add many export jobs, each newer than the one before; the last was created now.

        Args:
            count: How many.
            job_status: The status that they keep; None lets them go on by the clock.

        Returns:
            The jobs' identifiers, oldest first: a list of the service gives the reverse.
        """
        now = self._settings.now()
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
            job_id: Its identifier; a new one when omitted.
            job_status: The status that it keeps; it goes on by the clock when omitted.
            import_destination: As the service describes it; additions to the suppression list
                when omitted.
            import_data_source: As the service describes it; some CSV file when omitted.
            created_at: When it was created, aware; now when omitted.
            error_message: Why it failed, or, without a `job_status`, why it is going to fail.
            processed_records: How many records it has processed when it is finished.
            failed_records: How many of them failed.

        Returns:
            The job's identifier.

        Raises:
            ValueError: An argument is nothing that the service could have.
        """
        destination = import_destination or {
            "SuppressionListDestination": {"SuppressionListImportAction": "PUT"}
        }
        data_source = import_data_source or {
            "S3Url": "s3://example-bucket/addresses.csv",
            "DataFormat": "CSV",
        }
        with self._service.lock:
            return self._import_jobs.add(
                self._protocol.check_seed("ImportDestination", destination),
                self._protocol.check_seed("ImportDataSource", data_source),
                self._progress(job_status, created_at, error_message),
                job_id=job_id,
                processed_records=processed_records,
                failed_records=failed_records,
            )

    def add_configuration_set(
        self, name: str, event_destinations: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Add a configuration set, in place of one of the same name.

        Args:
            name: Its name.
            event_destinations: Its event destinations, as the service describes them.

        Raises:
            ValueError: An event destination is nothing that the service could have.
        """
        checked = [
            self._protocol.check_seed("EventDestination", destination)
            for destination in event_destinations
        ]
        with self._service.lock:
            self._event_destinations.add(name, checked)

    def _progress(
        self, job_status: str | None, created_at: datetime | None, error_message: str | None
    ) -> JobProgress:
        statuses = self._protocol.enum_values("JobStatus")
        if job_status is not None and job_status not in statuses:
            message = f"job_status must be None or one of {', '.join(sorted(statuses))}"
            raise ValueError(message)
        return JobProgress(
            created_at=in_utc("created_at", created_at) if created_at else self._settings.now(),
            duration=timedelta(seconds=self._settings.job_seconds),
            error_message=error_message,
            fixed_status=job_status,
        )

    def _rates(self, paces: Mapping[str, float | None]) -> dict[str, float | None]:
        from sesinsights.operations import OPERATIONS

        unknown = sorted(set(paces) - self._protocol.operation_names)
        if unknown:
            message = f"paces names what is no operation: {', '.join(unknown)}"
            raise ValueError(message)
        documented = {o.name: o.calls_per_second for o in OPERATIONS if o.service == "sesv2"}
        return {**documented, **paces}
