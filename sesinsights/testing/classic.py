"""The response to calls of SES API v1, which the emulator does not support."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sesinsights.testing.exchange import HttpResponse

if TYPE_CHECKING:
    from sesinsights.testing.exchange import HttpRequest


_REFUSAL = """\
<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">
  <Error><Type>Sender</Type><Code>NotImplemented</Code><Message>{message}</Message></Error>
  <RequestId>{request_id}</RequestId>
</ErrorResponse>
"""

_MESSAGE = (
    "This emulator supports only SES API v2, and this is a call to v1. moto emulates v1: pip "
    "install 'moto[server]', run moto_server, and pass its URL as the endpoint of `ses`."
)


def refuse_classic(request: HttpRequest) -> HttpResponse | None:
    """Return the response to a v1 request, in the form that SDKs read; None for other requests."""
    body = request.body.decode("ascii", errors="replace")
    if request.path != "/" or "Action" not in {**request.query, **parse_qs(body)}:
        return None
    request_id = str(uuid.uuid4())
    response = _REFUSAL.format(message=_MESSAGE, request_id=request_id)
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
    return HttpResponse(HTTPStatus.NOT_IMPLEMENTED, headers, response.encode())
