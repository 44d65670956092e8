"""How the storage behind the service answers for export files."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from sesinsights.testing.exchange import HttpAnswer
from sesinsights.testing.fault_queue import (
    DownloadError,
    DroppedDownload,
    ExpiredLink,
    TruncatedDownload,
)
from sesinsights.testing.records import RecordedDownload

if TYPE_CHECKING:
    from sesinsights.testing.exchange import HttpRequest
    from sesinsights.testing.export_jobs import ExportJobHandlers
    from sesinsights.testing.export_results import ExportResults
    from sesinsights.testing.fault_queue import FaultQueue
    from sesinsights.testing.links import Link, Links
    from sesinsights.testing.settings import Settings

__all__ = ["Downloads"]

_CONTENT_TYPES = {"CSV": "text/csv", "JSON": "application/json"}


class Downloads:
    """Serves export files, and keeps a record of it."""

    def __init__(
        self,
        settings: Settings,
        links: Links,
        jobs: ExportJobHandlers,
        results: ExportResults,
        faults: FaultQueue,
    ) -> None:
        self._settings = settings
        self._links = links
        self._jobs = jobs
        self._results = results
        self._faults = faults
        self.records: list[RecordedDownload] = []

    def respond(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer one attempt to fetch a file; None closes the connection without an answer."""
        signatures = request.query.get("X-Amz-Signature", [])
        link = self._links.find(signatures[0]) if len(signatures) == 1 else None
        dropped = self._faults.take(DroppedDownload)
        answer = None if dropped else self._answer(request, link)
        job_id = link.job_id if link else None
        status_code = int(answer.status_code) if answer else None
        self.records.append(RecordedDownload(job_id, status_code, self._settings.now()))
        return answer

    def _answer(self, request: HttpRequest, link: Link | None) -> HttpAnswer:
        if request.authorization is not None:
            return _error(
                HTTPStatus.BAD_REQUEST, "InvalidArgument", "Only one auth mechanism allowed"
            )
        if link is None or request.method != "GET":
            return _error(
                HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch", "The signature does not match"
            )
        if self._faults.take(ExpiredLink) or self._settings.now() >= link.expires_at:
            return _error(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired")
        failure = self._faults.take(DownloadError)
        if failure:
            return _error(failure.status_code, "InternalError", "The download was made to fail")
        return self._file(link)

    def _file(self, link: Link) -> HttpAnswer:
        job = self._jobs.find(link.job_id)
        file = self._results.of(job).file
        sent = len(file) // 2 if self._faults.take(TruncatedDownload) else len(file)
        headers = {"Content-Type": _CONTENT_TYPES[job.data_format]}
        return HttpAnswer(HTTPStatus.OK, headers, file[:sent], missing_bytes=len(file) - sent)


def _error(status_code: int, code: str, message: str) -> HttpAnswer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    return HttpAnswer(status_code, {"Content-Type": "application/xml"}, body.encode())
