"""Links to the files of jobs, and the storage that serves them."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sesinsights.testing.exchange import HttpResponse
from sesinsights.testing.faults import (
    DownloadError,
    DroppedDownload,
    ExpiredLink,
    TruncatedDownload,
)
from sesinsights.testing.records import RecordedDownload

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sesinsights.testing.exchange import HttpRequest
    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.options import Options


LINK_PATH = "/exports/"
"""The beginning of the path of every link."""

_CONTENT_TYPES = {"CSV": "text/csv", "JSON": "application/json"}

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
"""The storage serves a single range, and ignores any other header."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was issued.

    Attributes:
        job_id: The job whose file it leads to.
        expires_at: When it expires.
    """

    job_id: str
    expires_at: datetime


class Links:
    """Issues links, which work for anyone until they expire, and finds them by their signature.

    Attributes:
        endpoint_url: Where the emulator listens; empty while it does not.
    """

    def __init__(self, options: Options) -> None:
        self.endpoint_url = ""
        self._options = options
        self._links: dict[str, Link] = {}
        self._numbers = itertools.count(1)

    def new(self, job_id: str, data_format: str, now: datetime) -> str:
        """Issue a link to the file of a job."""
        seconds = self._options.link_seconds
        signature = f"{next(self._numbers):064x}"
        self._links[signature] = Link(job_id, now + timedelta(seconds=seconds))
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "X-Amz-Expires": f"{seconds:g}",
            "X-Amz-Signature": signature,
        }
        file_name = f"{job_id}.{data_format.lower()}"
        return f"{self.endpoint_url}{LINK_PATH}{file_name}?{urlencode(query)}"

    def find(self, signature: str) -> Link | None:
        """Return the link with this signature."""
        return self._links.get(signature)


class Downloads:
    """Serves the files of jobs, and records every request.

    Args:
        links: The links that were issued.
        file: Returns the format and the content of a job's file.
        faults: The faults to inject.
    """

    def __init__(
        self,
        links: Links,
        file: Callable[[str, datetime], tuple[str, bytes]],
        faults: FaultQueue,
    ) -> None:
        self._links = links
        self._file = file
        self._faults = faults
        self.records: list[RecordedDownload] = []

    def respond(self, request: HttpRequest, now: datetime) -> HttpResponse | None:
        """Respond to a request for a file; None closes the connection without a response."""
        signatures = request.query.get("X-Amz-Signature", [])
        link = self._links.find(signatures[0]) if len(signatures) == 1 else None
        dropped = self._faults.take(DroppedDownload)
        response = None if dropped else self._respond(request, link, now)
        job_id = link.job_id if link else None
        status_code = int(response.status_code) if response else None
        self.records.append(RecordedDownload(job_id, status_code, now))
        return response

    def _respond(self, request: HttpRequest, link: Link | None, now: datetime) -> HttpResponse:
        if "authorization" in request.headers:
            return _error(
                HTTPStatus.BAD_REQUEST, "InvalidArgument", "Only one auth mechanism allowed"
            )
        if link is None or request.method != "GET":
            return _error(
                HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch", "The signature does not match"
            )
        if self._faults.take(ExpiredLink) or now >= link.expires_at:
            return _error(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired")
        failure = self._faults.take(DownloadError)
        if failure:
            return _error(failure.status_code, "InternalError", "The download was made to fail")
        data_format, file = self._file(link.job_id, now)
        return self._part(file, _CONTENT_TYPES[data_format], request.headers.get("range"))

    def _part(self, file: bytes, content_type: str, asked: str | None) -> HttpResponse:
        headers = {
            "Content-Type": content_type,
            "Accept-Ranges": "bytes",
            "ETag": f'"{hashlib.md5(file, usedforsecurity=False).hexdigest()}"',
        }
        status_code, part = HTTPStatus.OK, file
        wanted = _range(asked, len(file))
        if wanted is not None:
            if not wanted:
                message = "The requested range is not satisfiable"
                response = _error(
                    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "InvalidRange", message
                )
                unsatisfied = {**response.headers, "Content-Range": f"bytes */{len(file)}"}
                return HttpResponse(response.status_code, unsatisfied, response.body)
            status_code, part = HTTPStatus.PARTIAL_CONTENT, file[wanted.start : wanted.stop]
            headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{len(file)}"
        sent = len(part) // 2 if self._faults.take(TruncatedDownload) else len(part)
        return HttpResponse(status_code, headers, part[:sent], missing_bytes=len(part) - sent)


def _range(asked: str | None, size: int) -> range | None:
    """Return the bytes that a Range header asks for; an empty range if it begins after the end."""
    match = _ONE_RANGE.fullmatch(asked.strip()) if asked else None
    first, last = match.groups() if match else ("", "")
    if not first and not last:
        return None
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _error(status_code: int, code: str, message: str) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    return HttpResponse(status_code, {"Content-Type": "application/xml"}, body.encode())
