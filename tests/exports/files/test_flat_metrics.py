"""Files of metrics become dimensions and figures."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.errors import BadRecordError
from sesinsights.exports import (
    MetricsRecord,
    read_metrics,
)
from sesinsights.testing.export_files import metrics_csv, metrics_json
from sesinsights.testing.metrics import MetricsTable
from tests.exports.files.small_files import SENT

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = MetricsTable(
    dimensions=["ISP", "EMAIL_IDENTITY"],
    metrics=["SEND_VOLUME", "OPEN_RATE"],
    rows=[(["Gmail", "ada@example.com"], [3, 0.5]), (["Web, Mail", "example.com"], [1, 0])],
)


@pytest.mark.parametrize("writer", [metrics_csv, metrics_json])
def test_metrics_become_dimensions_and_figures(writer: Callable[[MetricsTable], bytes]) -> None:
    """Dimensions have the names of the API, figures are numbers, and dates are the export's."""
    start, end = SENT, SENT + timedelta(days=1)
    file = io.BytesIO(writer(TABLE))
    records = list(read_metrics(file, start_date=start, end_date=end))
    assert records == [
        MetricsRecord(
            {"ISP": "Gmail", "EMAIL_IDENTITY": "ada@example.com"},
            {"SEND_VOLUME": 3.0, "OPEN_RATE": 0.5},
            start,
            end,
        ),
        MetricsRecord(
            {"ISP": "Web, Mail", "EMAIL_IDENTITY": "example.com"},
            {"SEND_VOLUME": 1.0, "OPEN_RATE": 0.0},
            start,
            end,
        ),
    ]
    assert "ada" not in repr(records)
    assert "SEND_VOLUME" in repr(records)


ODD_METRICS: dict[str, Any] = {
    "SEND_VOLUME": 2,
    "OPEN_RATE": "n/a",
    "CLICK_RATE": None,
    "BOUNCE_RATE": "NaN",
}


@pytest.mark.parametrize(
    "file",
    [
        "IDENTITY,SEND_VOLUME,OPEN_RATE,CLICK_RATE,BOUNCE_RATE\nexample.com,2,n/a,,NaN\n",
        json.dumps([{"identity": "example.com", "metrics": ODD_METRICS}]),
    ],
)
def test_the_odd_metrics_file_is_read(file: str) -> None:
    """IDENTITY is EMAIL_IDENTITY, a figure that is text stays text, an empty one is left out."""
    (record,) = read_metrics(io.StringIO(file))
    assert record.dimensions == {"EMAIL_IDENTITY": "example.com"}
    assert record.metrics == {"SEND_VOLUME": 2.0}
    assert record.text_metrics == {"OPEN_RATE": "n/a", "BOUNCE_RATE": "NaN"}
    assert (record.start_date, record.end_date) == (None, None)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ('"messageid","subject",\n"m","s",\n', "it names no metric"),
        ('[{"isp":"Gmail"}]', "it has no metrics"),
        ("ISP,SEND_VOLUME\nGmail\n", "it has 1 fields, but the header has 2"),
    ],
)
def test_what_is_no_metrics_file_is_an_error(file: str, problem: str) -> None:
    """A file of message insights, or a broken one, is not read as metrics."""
    with pytest.raises(BadRecordError, match=problem):
        list(read_metrics(io.StringIO(file)))
