"""The request of an export of message insights, as a whole and window by window."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.errors import ExportIncompleteError
from sesinsights.exports.windows import INSTANT, Window, window_to_ask_for
from sesinsights.models.limits import MESSAGE_INSIGHTS_DAYS

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["InsightsQuery"]

_LATENESS = timedelta(minutes=5)
"""How long ago a window that begins at the service's limit may have been chosen."""


@dataclass(frozen=True, slots=True)
class InsightsQuery:
    """The records that an export asks for.

    Attributes:
        source: The filter of the records.
        destination: The format of the files.
    """

    source: models.MessageInsightsDataSource
    destination: models.ExportDestination

    @property
    def name(self) -> str:
        """The name that distinguishes the files of this export from those of others."""
        source = self.source
        digest = hashlib.sha256(source.model_dump_json().encode()).hexdigest()[:12]
        return f"{source.start_date:%Y%m%dT%H%M%S}-{source.end_date:%Y%m%dT%H%M%S}-{digest}"

    @property
    def plain(self) -> dict[str, object]:
        """The request of the export, in plain values."""
        return {
            "source": self.source.model_dump(mode="json", by_alias=True),
            "format": str(self.destination.data_format),
        }

    @property
    def window(self) -> Window:
        """The whole window."""
        return Window(self.source.start_date, self.source.end_date)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may leave out records of the window."""
        return bool(self.source.include or self.source.exclude)

    def request_for(self, window: Window, max_results: int) -> models.CreateExportJobRequest:
        """Return the request that creates the job of a window."""
        asked = window_to_ask_for(window)
        if window.start == window.end and window == self.window:
            asked = Window(window.start, window.end + INSTANT)
        source = self.source.model_copy(
            update={"start_date": asked.start, "end_date": asked.end, "max_results": max_results}
        )
        return models.CreateExportJobRequest(
            export_data_source=models.ExportDataSource(message_insights_data_source=source),
            export_destination=self.destination,
        )

    def check_retention(self, window: Window, now: datetime) -> None:
        """Raise if the service no longer has the records of a window.

        Raises:
            ExportIncompleteError: The window begins too long ago.
        """
        if window.start < now - timedelta(days=MESSAGE_INSIGHTS_DAYS) - _LATENESS:
            raise ExportIncompleteError(
                window.start,
                window.end,
                f"the service keeps them for {MESSAGE_INSIGHTS_DAYS} days",
            )
