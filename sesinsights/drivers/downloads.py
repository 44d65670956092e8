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
    from collections.abc import Callable
    from pathlib import Path

    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

__all__ = ["LONGEST_DOWNLOAD", "download"]

_CHUNK = 64 * 1024

LONGEST_DOWNLOAD = 3600.0
"""How long a download may take, in seconds: drop by drop it would never time out."""

_UNWANTED = "nobody waits for it any more"


def download(
    session: URLLib3Session,
    job_id: str,
    url: str,
    path: Path,
    is_wanted: Callable[[], bool] = lambda: True,
) -> int:
    """Download a file, and return how many bytes it has.

    It appears when it is whole; `whole_file` says what it replaces.

    Args:
        session: What sends the request.
        job_id: The export job, for the text of an error.
        url: The link, which needs no credentials and takes none.
        path: Where to put the file; one that is there keeps its mode.
        is_wanted: Asked from time to time; the download ends when the answer is no.

    Raises:
        ExportDownloadError: The link is not followed, or the file broke off.
    """
    # Compressed on the way, its length would tell nothing about what was lost.
    headers = {"Accept-Encoding": "identity"}
    request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
    try:
        answer = session.send(request)
        try:
            length = _length_of(answer, job_id)
            with whole_file(path) as file:
                size = _receive(answer, file, job_id, is_wanted)
                if length is not None and length != size:
                    reason = f"it broke off after {size} of {length} bytes"
                    raise ExportDownloadError(job_id, reason)
                if not is_wanted():
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


def _receive(
    answer: AWSResponse, file: BinaryIO, job_id: str, is_wanted: Callable[[], bool]
) -> int:
    """Write the file, and return how many bytes came."""
    began = time.monotonic()
    size = 0
    for chunk in answer.raw.stream(_CHUNK):
        if not is_wanted():
            raise ExportDownloadError(job_id, _UNWANTED)
        if time.monotonic() - began > LONGEST_DOWNLOAD:
            raise ExportDownloadError(job_id, f"it took longer than {LONGEST_DOWNLOAD:g} seconds")
        size += file.write(chunk)
    return size
