"""Downloads of files of jobs: complete or not at all, and without credentials."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    from sesinsights.flows.flow import Fetch

_CHUNK = 64 * 1024

LONGEST_DOWNLOAD = 3600.0
"""How many seconds a download may take: one that trickles in would never time out."""

_UNWANTED = "nothing is waiting for it any more"


def download(session: URLLib3Session, url: str, step: Fetch) -> int:
    """Download a file, and return its size in bytes.

    The file appears only once it is complete; see `whole_file` for what it replaces.

    Args:
        session: The session that sends the request.
        url: The link, which is fetched without credentials.
        step: The download; its own link may have a query that this session must not see.

    Raises:
        JobDownloadError: The link returned an error, or the file is incomplete.
    """
    from botocore.awsrequest import AWSRequest
    from urllib3.exceptions import HTTPError

    from sesinsights.whole_files import whole_file

    # If it were compressed on the way, its length would not show what was lost.
    headers = {"Accept-Encoding": "identity"}
    request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
    try:
        response = session.send(request)
        try:
            length = _length_of(response, step)
            with whole_file(step.path, is_private=step.is_private) as file:
                size = _receive(response, file, step)
                if length is not None and length != size:
                    reason = f"it ended after {size} of {length} bytes"
                    raise step.failure(step.job_id, reason)
                if not step.is_wanted():
                    raise step.failure(step.job_id, _UNWANTED)
        finally:
            response.raw.close()
    except (BotoCoreError, HTTPError) as error:
        # Without its cause, which contains the link: a traceback would show it.
        raise step.failure(step.job_id, str(error)) from None
    return size


def _length_of(response: AWSResponse, step: Fetch) -> int | None:
    """Return the size of the file in bytes; None if its end is marked in another way."""
    if response.status_code != HTTPStatus.OK:
        reason = f"the link returned HTTP {response.status_code}"
        raise step.failure(step.job_id, reason, response.status_code)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise step.failure(step.job_id, "it arrived compressed, which was not requested")
    if response.headers.get("Transfer-Encoding") == "chunked":
        return None
    length = response.headers.get("Content-Length", "")
    if not length.isdigit():
        raise step.failure(
            step.job_id, "it has no length, so it could not be checked for completeness"
        )
    return int(length)


def _receive(response: AWSResponse, file: BinaryIO, step: Fetch) -> int:
    """Write the file, and return how many bytes were received."""
    began = time.monotonic()
    size = 0
    for chunk in response.raw.stream(_CHUNK):
        if not step.is_wanted():
            raise step.failure(step.job_id, _UNWANTED)
        if time.monotonic() - began > LONGEST_DOWNLOAD:
            reason = f"it took longer than {LONGEST_DOWNLOAD:g} seconds"
            raise step.failure(step.job_id, reason)
        size += file.write(chunk)
    return size
