"""The certificates with which Amazon SNS signs, fetched once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import CertificateUnavailableError
from sesinsights.forks import renew_in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sesinsights.clock import Clock

_LARGEST = 1 << 16
_PIECE = 1 << 12
_LONGEST = 10.0
"""How long fetching may take in all, in seconds."""
_TIMEOUT = 5

_MOST = 64
"""How many addresses are remembered: an attacker can name many, Amazon SNS has few."""
_KEPT = 86_400.0
_FAILURES_KEPT = 10.0


def fetch_certificate(url: str) -> bytes:
    """Fetch a certificate, without following redirects.

    Args:
        url: The URL, which must have been checked to belong to Amazon SNS.

    Raises:
        CertificateUnavailableError: It cannot be fetched, or is not a certificate.
    """
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies
    from urllib3.exceptions import HTTPError

    began = time.monotonic()
    session = URLLib3Session(timeout=_TIMEOUT, proxies=get_environ_proxies(url))
    headers = {"Accept-Encoding": "identity"}
    request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
    try:
        # It follows no redirects.
        response = session.send(request)
        try:
            if response.status_code != HTTPStatus.OK:
                raise _unavailable(f"the URL returned HTTP {response.status_code}")
            certificate = b""
            for piece in response.raw.stream(_PIECE, decode_content=False):
                certificate += piece
                if len(certificate) > _LARGEST:
                    raise _unavailable(f"it is larger than {_LARGEST} bytes")
                if time.monotonic() - began > _LONGEST:
                    raise _unavailable(f"it took longer than {_LONGEST:g} seconds")
        finally:
            response.raw.close()
    except (BotoCoreError, HTTPError) as error:
        raise _unavailable(type(error).__name__) from error
    finally:
        session.close()
    return certificate


def _unavailable(reason: str) -> CertificateUnavailableError:
    return CertificateUnavailableError(
        f"The certificate of the message could not be fetched ({reason}): "
        "respond with status 503, so that Amazon SNS tries again."
    )


class CertificateStore:
    """A cache of certificates by URL; threads and tasks of a program share one.

    A certificate is kept for a day. A failed fetch is remembered for ten seconds.

    Args:
        known: Certificates in PEM format, by URL, that are not fetched: in tests, your own.
        fetch: Fetches all other certificates.
        clock: The clock by which a certificate's age is measured.
    """

    def __init__(
        self,
        known: Mapping[str, bytes] | None = None,
        *,
        fetch: Callable[[str], bytes] = fetch_certificate,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._known = dict(known or {})
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.RLock()
        renew_in_child(self, _lock=threading.RLock)
        self._remembered: OrderedDict[str, tuple[float, bytes | str]] = OrderedDict()

    def remembered(self, url: str) -> bytes | None:
        """Return a certificate that need not be fetched, or None.

        Raises:
            CertificateUnavailableError: It could not be fetched a moment ago.
        """
        if url in self._known:
            return self._known[url]
        with self._lock:
            until, found = self._remembered.get(url, (0.0, b""))
            if not found or self._clock.monotonic() >= until:
                return None
            self._remembered.move_to_end(url)
        if isinstance(found, str):
            raise CertificateUnavailableError(found)
        return found

    def fetch(self, url: str) -> bytes:
        """Fetch a certificate, and remember it or that it cannot be fetched.

        Raises:
            CertificateUnavailableError: It cannot be fetched.
        """
        try:
            certificate = self._fetch(url)
        except CertificateUnavailableError as error:
            self._remember(url, str(error), _FAILURES_KEPT)
            raise
        self._remember(url, certificate, _KEPT)
        return certificate

    def _remember(self, url: str, found: bytes | str, seconds: float) -> None:
        with self._lock:
            self._remembered[url] = (self._clock.monotonic() + seconds, found)
            self._remembered.move_to_end(url)
            while len(self._remembered) > _MOST:
                self._remembered.popitem(last=False)
