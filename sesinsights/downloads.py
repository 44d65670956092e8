"""Downloads of export files: whole or not at all, and without credentials."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError
from urllib3.exceptions import HTTPError

from sesinsights.errors import ExportDownloadError
from sesinsights.service_errors import redacted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from botocore.httpsession import URLLib3Session

__all__ = ["download"]

_CHUNK = 256 * 1024


def download(
    session: URLLib3Session,
    job_id: str,
    url: str,
    path: Path,
    is_wanted: Callable[[], bool] = lambda: True,
) -> int:
    """Download a file, and return how many bytes it has.

    It is written beside its place and moved there when it is whole.

    Args:
        session: What sends the request.
        job_id: The export job, for the text of an error.
        url: The link, which needs no credentials and takes none.
        path: Where to put the file.
        is_wanted: Asked from time to time; the download ends when the answer is no.

    Raises:
        ExportDownloadError: The link is not followed, or the file broke off.
    """
    unfinished = path.with_name(path.name + ".part")
    # Compressed on the way, its length would tell nothing about what was lost.
    headers = {"Accept-Encoding": "identity"}
    request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
    try:
        answer = session.send(request)
        try:
            if answer.status_code != HTTPStatus.OK:
                reason = f"the link was answered with HTTP {answer.status_code}"
                raise ExportDownloadError(job_id, reason, answer.status_code)
            size = 0
            with unfinished.open("wb") as file:
                for chunk in answer.raw.stream(_CHUNK):
                    if not is_wanted():
                        raise ExportDownloadError(job_id, "nobody waits for it any more")
                    size += file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        finally:
            answer.raw.close()
    except (HTTPClientError, HTTPError) as error:
        # It becomes the cause of ours, and its text shows the link.
        error.args = (redacted(str(error)),)
        raise ExportDownloadError(job_id, str(error)) from error
    promised = answer.headers.get("Content-Length")
    if promised is not None and int(promised) != size:
        raise ExportDownloadError(job_id, f"it broke off after {size} of {promised} bytes")
    unfinished.replace(path)
    return size
