"""Downloads of export files: whole or not at all, and without credentials."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from sesinsights.errors import ExportDownloadError
from sesinsights.whole_files import whole_file

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    from sesinsights.flows.flow import Fetch

__all__ = ["LONGEST_DOWNLOAD", "download"]

_CHUNK = 64 * 1024

LONGEST_DOWNLOAD = 3600.0
"""How long a download may take, in seconds: drop by drop it would never time out."""

_UNWANTED = "nobody waits for it any more"


def download(session: URLLib3Session, url: str, step: Fetch) -> int:
    """Download a file, and return how many bytes it has.

    It appears when it is whole; `whole_file` says what it replaces.

    Args:
        session: What sends the request.
        url: The link, which needs no credentials and takes none.
        step: What is wanted; its own link may say more than this session should know.

    Raises:
        ExportDownloadError: The link is not followed, or the file broke off.
    """
    # Compressed on the way, its length would tell nothing about what was lost.
    headers = {"Accept-Encoding": "identity"}
    job_id = step.job_id
    request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
    try:
        answer = session.send(request)
        try:
            length = _length_of(answer, job_id)
            with whole_file(step.path, is_private=step.is_private) as file:
                size = _receive(answer, file, step)
                if length is not None and length != size:
                    reason = f"it broke off after {size} of {length} bytes"
                    raise ExportDownloadError(job_id, reason)
                if not step.is_wanted():
                    raise ExportDownloadError(job_id, _UNWANTED)
        finally:
            answer.raw.close()
    except (BotoCoreError, HTTPError) as error:
        # Not its cause: that holds the link, and a traceback would show it.
        raise ExportDownloadError(job_id, str(error)) from None
    return size


def _length_of(answer: AWSResponse, job_id: str) -> int | None:
    """Return how many bytes the file has; None when its end will be told otherwise."""
    if answer.status_code != HTTPStatus.OK:
        reason = f"the link was answered with HTTP {answer.status_code}"
        raise ExportDownloadError(job_id, reason, answer.status_code)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ExportDownloadError(job_id, "it came compressed, though nobody asked for that")
    if answer.headers.get("Transfer-Encoding") == "chunked":
        return None
    length = answer.headers.get("Content-Length", "")
    if not length.isdigit():
        raise ExportDownloadError(job_id, "without a length nobody could tell whether it is whole")
    return int(length)


def _receive(answer: AWSResponse, file: BinaryIO, step: Fetch) -> int:
    """Write the file, and return how many bytes came."""
    began = time.monotonic()
    size = 0
    for chunk in answer.raw.stream(_CHUNK):
        if not step.is_wanted():
            raise ExportDownloadError(step.job_id, _UNWANTED)
        if time.monotonic() - began > LONGEST_DOWNLOAD:
            reason = f"it took longer than {LONGEST_DOWNLOAD:g} seconds"
            raise ExportDownloadError(step.job_id, reason)
        size += file.write(chunk)
    return size
