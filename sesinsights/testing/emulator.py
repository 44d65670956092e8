"""The emulator: an Amazon SES of your own."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from sesinsights.arguments import is_number, is_whole_number
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.extras import needs_extra
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS
from sesinsights.testing.account import Account
from sesinsights.testing.environment import SDK_ENVIRONMENT
from sesinsights.testing.faults import Faults
from sesinsights.testing.options import Options
from sesinsights.testing.s3_files import S3Files
from sesinsights.wholes import whole

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


@whole()
class SESEmulator(Account):
    """Amazon SES v2 on the loopback interface, for any AWS SDK that takes an `endpoint_url`.

    It knows message insights, metrics, export jobs with their files, import jobs, suppression
    lists, configuration sets, event destinations, the account's settings, recommendations and
    reputation. It takes mail (SendEmail and SendBulkEmail), to which happens what the recipient's
    name asks for, and publishes events (see `publish_to`). It keeps the documented pace of one call
    a second, and can be made to fail (see `faults`). It does not speak API v1: moto does.

    While it runs, the environment has placeholder AWS credentials, unless it names an access key or
    a profile already, and excepts 127.0.0.1 from proxies. Any number of threads may call it and put
    things into it. A page of a list holds 10 items when the call does not say.

    Args:
        clock: What time it is for jobs, links, paces and retention; this machine's when omitted.
            It is read only, never slept on.
        vdm_enabled: Whether Virtual Deliverability Manager is on.
        production_access: Whether the account has left the sandbox, in which nobody may put
            addresses on the suppression list or import them.
        paces: Calls per second by operation, in place of the documented ones; None is unlimited.
        job_seconds: How long a job takes. Until then it is PROCESSING, as from the service.
        created_seconds: For how much of that time its status is CREATED instead.
        link_seconds: How long a download link works.
        max_running_jobs: How many export jobs may be unfinished at once.
        seed: Identifiers and random samples are the same for the same seed.
        port: The port of 127.0.0.1 to listen on; a free one, at every start, when 0.

    Raises:
        ImportError: The extra `testing` is not installed.
        ValueError: A number is negative or not finite, `paces` names an operation that the service
            does not have or a pace of 0, or `port` is not a port.
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
            message = f"port must be a whole number from 0 to {_LAST_PORT}: {port!r} is not"
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
        self._s3 = S3Files()
        self.read_imports_from(self._s3)
        self._faults = Faults(state.faults, state.protocol)
        self._downloads = Downloads(state.links, state.file, state.faults)
        self._service = Service(
            state,
            downloads=self._downloads,
            pace=PaceLimits(_rates(paces or {}, state.protocol)),
        )

    def start(self) -> None:
        """Begin to listen.

        Raises:
            RuntimeError: It listens already.
            OSError: It cannot listen on its port, as when another program does.
        """
        with self._starting_or_stopping:
            if self._server is not None:
                message = "the emulator is running"
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
        """Close every connection and stop listening; what it knows stays. Does nothing twice."""
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
        with self._state.lock:
            return list(self._service.records)

    @property
    def downloads(self) -> list[RecordedDownload]:
        """The downloads that were tried so far, oldest first."""
        with self._state.lock:
            return list(self._downloads.records)

    @property
    def s3(self) -> S3Files:
        """Files in memory, used as a boto3 client of Amazon S3, from which import jobs read."""
        return self._s3

    def read_imports_from(self, s3_client: S3Reader) -> None:
        """Let import jobs read their files with a boto3 client of Amazon S3, such as moto's.

        Args:
            s3_client: The client, or anything with its method `get_object`.
        """
        with self._state.lock:
            self._state.import_jobs.s3 = s3_client

    @property
    def vdm_enabled(self) -> bool:
        """Whether Virtual Deliverability Manager is on; may be set at any time."""
        return self._state.options.vdm_enabled

    @vdm_enabled.setter
    def vdm_enabled(self, enabled: bool) -> None:
        self._state.options.vdm_enabled = enabled


def _rates(paces: Mapping[str, float | None], protocol: Protocol) -> dict[str, float | None]:
    from sesinsights.flows.operations import OPERATIONS

    unknown = sorted(set(paces) - protocol.operation_names)
    if unknown:
        message = f"paces names operations that the service does not have: {', '.join(unknown)}"
        raise ValueError(message)
    for operation, rate in paces.items():
        if rate is not None and (not is_number(rate) or not 0 < rate < math.inf):
            message = f"the pace of {operation} must be more than 0 calls a second, or None"
            raise ValueError(f"{message} for unlimited: {rate!r} is not")
    documented = {o.name: o.calls_per_second for o in OPERATIONS if o.service == "sesv2"}
    return {**documented, **paces}
