"""Links to export files, which anyone may follow until they expire."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.testing.settings import Settings

__all__ = ["LINK_PATH", "Link", "Links"]

LINK_PATH = "/exports/"
"""How the path of every link begins."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was given out.

    Attributes:
        job_id: The job whose file it leads to.
        expires_at: From when on it leads nowhere.
    """

    job_id: str
    expires_at: datetime


class Links:
    """Gives out links and knows them again by their signature."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._links: dict[str, Link] = {}
        self._numbers = itertools.count(1)

    def new(self, job_id: str, data_format: str, now: datetime) -> str:
        """Return a link that works from now on until it expires."""
        seconds = self._settings.link_seconds
        signature = f"{next(self._numbers):064x}"
        self._links[signature] = Link(job_id, now + timedelta(seconds=seconds))
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "X-Amz-Expires": f"{seconds:g}",
            "X-Amz-Signature": signature,
        }
        file_name = f"{job_id}.{data_format.lower()}"
        return f"{self._settings.endpoint_url}{LINK_PATH}{file_name}?{urlencode(query)}"

    def find(self, signature: str) -> Link | None:
        """Return the link with this signature."""
        return self._links.get(signature)
