"""The emulator of Amazon SES."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from typing_extensions import override

from sesinsights.arguments import check_flags, is_number, is_whole_number
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.extras import needs_extra
from sesinsights.forks import renew_in_child
from sesinsights.mixins import merge_mixins
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS
from sesinsights.testing.account import Account
from sesinsights.testing.environment import SDK_ENVIRONMENT
from sesinsights.testing.faults import Faults
from sesinsights.testing.options import Options
from sesinsights.testing.s3_files import S3Files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from sesinsights.clock import Clock
    from sesinsights.testing.protocol import Protocol
    from sesinsights.testing.records import RecordedDownload, RecordedRequest
    from sesinsights.testing.s3_files import S3Reader
    from sesinsights.testing.server import LoopbackServer


_LAST_PORT = 65535


@merge_mixins()
class SESEmulator(Account):
    """Emulates Amazon SES API v2 on the loopback interface, for any AWS SDK.

    Point an SDK at it with `endpoint_url`. It implements message insights, metrics, export jobs
    with their files, import jobs, suppression lists, configuration sets, event destinations, the
    account's settings, recommendations and reputation. It accepts mail (SendEmail and
    SendBulkEmail): the name of a recipient decides what happens to the message. It publishes events
    (see `publish_to`), refuses calls that exceed the documented pace of one per second, and fails
    on request (see `faults`). It does not implement API v1: use moto for that.

    While it runs, environment variables hold placeholder AWS credentials, unless they name an
    access key or a profile already, and exclude 127.0.0.1 from proxies. It is thread-safe. A page
    of a list holds 10 items unless the call says otherwise.

    Args:
        clock: The clock for jobs, links, paces and retention; by default, this machine's. The
            emulator reads it and never sleeps on it.
        vdm_enabled: Whether Virtual Deliverability Manager is on.
        production_access: Whether the account has left the sandbox, where addresses can be neither
            put on the suppression list nor imported.
        paces: The allowed calls per second by operation, in place of the documented limits; None
            lifts the limit.
        job_seconds: How long a job takes, in seconds. Its status is PROCESSING until then.
        created_seconds: How long the job's status is CREATED first, in seconds of `job_seconds`.
        link_seconds: How long a download link is valid, in seconds.
        max_running_jobs: How many export jobs may be unfinished at once.
        seed: Determines identifiers and random samples: they are the same for the same seed.
        port: The port to listen on at 127.0.0.1; 0 picks a free one at every start.

    Raises:
        ImportError: The extra `testing` is not installed.
        TypeError: `vdm_enabled` or `production_access` is neither True nor False.
        ValueError: A number is negative or not finite, `paces` names an unknown operation or a pace
            of 0, or `port` is not a port number.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        vdm_enabled: bool = True,
        production_access: bool = True,
        paces: Mapping[str, float | None] | None = None,
        job_seconds: float = 4.0,
        created_seconds: float = 0.0,
        link_seconds: float = 300.0,
        max_running_jobs: int = MAX_RUNNING_EXPORT_JOBS,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        with needs_extra("testing", needed_by="SESEmulator"):
            from sesinsights.testing.server import LoopbackServer
        from sesinsights.testing.downloads import Downloads
        from sesinsights.testing.protocol import load_protocol
        from sesinsights.testing.service import PaceLimits, Service
        from sesinsights.testing.state import State

        if not is_whole_number(port) or not 0 <= port <= _LAST_PORT:
            message = f"port must be a whole number from 0 to {_LAST_PORT}, not {port!r}"
            raise ValueError(message)
        options = Options(
            vdm_enabled=vdm_enabled,
            production_access=production_access,
            job_seconds=job_seconds,
            created_seconds=created_seconds,
            link_seconds=link_seconds,
            max_running_jobs=max_running_jobs,
            seed=seed,
        )
        state = State(options, clock or SYSTEM_CLOCK, load_protocol())
        super().__init__(state)
        self._port = port
        self._server_class = LoopbackServer
        self._server: LoopbackServer | None = None
        self._starting_or_stopping = threading.Lock()
        renew_in_child(self, _starting_or_stopping=threading.Lock)
        self._s3 = S3Files()
        self.read_imports_from(self._s3)
        self._faults = Faults(state.faults, state.protocol)
        self._downloads = Downloads(state.links, state.file, state.faults)
        self._service = Service(
            state,
            downloads=self._downloads,
            pace=PaceLimits(_rates(paces or {}, state.protocol)),
        )

    if not TYPE_CHECKING:  # a type checker would then accept every attribute

        @override
        def __setattr__(self, name: str, value: object) -> None:
            # A misspelt setting would have no effect. A test may replace a method, and a subclass
            # may have attributes of its own.
            if type(self) is SESEmulator and not name.startswith("_"):
                known = getattr(SESEmulator, name, None)
                is_method = callable(known) and callable(value)
                if not is_method and not isinstance(known, property):
                    message = f"{name} cannot be set; settings are arguments of SESEmulator()"
                    raise AttributeError(message)
            super().__setattr__(name, value)

    def start(self) -> None:
        """Start listening for requests.

        Raises:
            RuntimeError: It is already running.
            OSError: It cannot listen on its port, for example because another program does.
        """
        with self._starting_or_stopping:
            if self._server is not None:
                message = "the emulator is already running"
                raise RuntimeError(message)
            server = self._server_class(self._service.respond, self._port)
            SDK_ENVIRONMENT.enter()
            try:
                server.start()
            except BaseException:
                SDK_ENVIRONMENT.leave()
                server.server_close()
                raise
            self._state.links.endpoint_url = server.url
            self._server = server

    def stop(self) -> None:
        """Close every connection and stop listening, keeping all data. May be called twice."""
        with self._starting_or_stopping:
            if self._server is None:
                return
            server, self._server = self._server, None
            try:
                server.stop()
            finally:
                SDK_ENVIRONMENT.leave()

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
        """The URL to give an SDK as `endpoint_url`.

        Raises:
            RuntimeError: The emulator is not running.
        """
        if self._server is None:
            message = "the emulator is not running: use it in a with statement, or start() it"
            raise RuntimeError(message)
        return self._server.url

    @property
    def faults(self) -> Faults:
        """The faults that a test can inject."""
        return self._faults

    @property
    def requests(self) -> list[RecordedRequest]:
        """The calls received so far, oldest first, including throttled ones (429)."""
        with self._state.lock:
            return list(self._service.records)

    @property
    def downloads(self) -> list[RecordedDownload]:
        """The downloads attempted so far, oldest first."""
        with self._state.lock:
            return list(self._downloads.records)

    @property
    def s3(self) -> S3Files:
        """The files in memory that import jobs read; use it like a boto3 client for Amazon S3."""
        return self._s3

    def read_imports_from(self, s3_client: S3Reader) -> None:
        """Have import jobs read their files with a boto3 client for Amazon S3, such as moto's.

        Args:
            s3_client: The client, or any object with a `get_object` method like its own.
        """
        with self._state.lock:
            self._state.import_jobs.s3 = s3_client

    @property
    def vdm_enabled(self) -> bool:
        """Whether Virtual Deliverability Manager is on; can be set at any time."""
        return self._state.options.vdm_enabled

    @vdm_enabled.setter
    def vdm_enabled(self, enabled: bool) -> None:
        check_flags(vdm_enabled=enabled)
        self._state.options.vdm_enabled = enabled

    @property
    def production_access(self) -> bool:
        """Whether the account has left the sandbox; can be set at any time."""
        return self._state.options.production_access

    @production_access.setter
    def production_access(self, granted: bool) -> None:
        check_flags(production_access=granted)
        self._state.options.production_access = granted


def _rates(paces: Mapping[str, float | None], protocol: Protocol) -> dict[str, float | None]:
    from sesinsights.flows.operations import OPERATIONS

    unknown = sorted(set(paces) - protocol.operation_names)
    if unknown:
        message = f"paces names operations that the service does not have: {', '.join(unknown)}"
        raise ValueError(message)
    for operation, rate in paces.items():
        if rate is not None and (not is_number(rate) or not 0 < rate < math.inf):
            message = f"the pace of {operation} must be more than 0 calls a second, or None"
            raise ValueError(f"{message} for unlimited, not {rate!r}")
    documented = {o.name: o.calls_per_second for o in OPERATIONS if o.service == "sesv2"}
    return {**documented, **paces}
