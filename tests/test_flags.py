"""What is true or false is given as True or False, to clients of either kind and to the rest."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import SESClassic, SESInsights, models, report
from sesinsights.exports import MessageInsightsExport
from sesinsights.exports.journal import Journal
from sesinsights.exports.tables.writing import write_csv
from sesinsights.testing import FirehoseFiles, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

END = datetime(2026, 1, 15, tzinfo=UTC)
WINDOW: dict[str, Any] = {"start_date": END - timedelta(days=1), "end_date": END}
METRICS = {"dimensions": {"ISP": ["*"]}, "metrics": [{"name": "SEND"}], **WINDOW}
MAIL = {"source": "a@example.com", "template": "t"}
TO = {"destination": {"to_addresses": ["b@example.com"]}}
NAMES = {"configuration_set_name": "news", "event_destination_name": "bus"}

CALLS: dict[str, Callable[[Any, Any], object]] = {
    "SESInsights.export_message_insights": lambda ses, flag: ses.export_message_insights(
        **WINDOW, **flag
    ),
    "SESInsights.resume_export": lambda ses, flag: ses.resume_export("kept", **flag),
    "SESInsights.export_metrics": lambda ses, flag: ses.export_metrics(**METRICS, **flag),
    "SESInsights.change_event_destination": lambda ses, flag: ses.change_event_destination(
        **NAMES, **flag
    ),
    "SESInsights.export_suppressed": lambda ses, flag: ses.export_suppressed("nowhere.csv", **flag),
    "SESInsights.sync_suppressed": lambda ses, flag: ses.sync_suppressed(["a@example.com"], **flag),
    "SESClassic.send_templated_email": lambda ses, flag: ses.send_templated_email(
        **MAIL, **TO, template_data={}, **flag
    ),
    "SESClassic.send_bulk_templated_email": lambda ses, flag: ses.send_bulk_templated_email(
        **MAIL, destinations=[TO], default_template_data={}, **flag
    ),
    "SESClassic.send_bulk": lambda ses, flag: ses.send_bulk(
        **MAIL, destinations=[TO], default_template_data={}, **flag
    ),
    "MessageInsightsExport.to_csv": lambda ses, flag: ses.export_message_insights(**WINDOW).to_csv(
        "nowhere.csv", **flag
    ),
}
FLAGS = [
    (f"{kind.__name__}.{name}", parameter.name)
    for kind in (SESInsights, SESClassic, MessageInsightsExport)
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    for parameter in inspect.signature(method).parameters.values()
    if not name.startswith("_") and str(parameter.annotation).startswith("bool")
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work where only the checkpoint of an export is."""
    monkeypatch.chdir(tmp_path)
    source = models.MessageInsightsDataSource(**WINDOW).model_dump(mode="json", by_alias=True)
    Journal(tmp_path / "kept", {"source": source, "format": "CSV"}).close()
    return tmp_path


@pytest.mark.parametrize(("call", "name"), FLAGS)
def test_a_flag_is_not_given_as_anything_else(
    connect: Callable[..., Any],
    ses_emulator: SESEmulator,
    here: Path,
    call: str,
    name: str,
) -> None:
    """Refused by name before anything is sent: the text "no" would count as true."""
    client = connect("SESClassic" if call.startswith("SESClassic") else "SESInsights")
    wrong: Any
    for wrong in ("no", "", 1, 0, []):
        with pytest.raises(TypeError, match=f"^{name} must be True or False, not of type "):
            CALLS[call](client, {name: wrong})
    assert ses_emulator.requests == []
    assert [path.name for path in here.iterdir()] == ["kept"]


def test_a_flag_of_anything_else_is_not_given_as_anything_else(tmp_path: Path) -> None:
    """Neither does a report show addresses, nor a file keep formulas, because of a text."""
    summary: Any = None
    no: Any = "no"
    faults = SESEmulator().faults
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    calls: dict[str, Callable[[], object]] = {
        "show_addresses": lambda: report.write_html(summary, page, show_addresses=no),
        "for_spreadsheets": lambda: write_csv([], table, for_spreadsheets=no),
        "vdm_enabled": lambda: SESEmulator(vdm_enabled=no),
        "production_access": lambda: SESEmulator(production_access=no),
        "processed": lambda: faults.drop_connection("GetAccount", processed=no),
        "compress": lambda: FirehoseFiles(tmp_path, compress=no),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError, match=f"^{name} must be True or False"):
            call()
    assert not [*tmp_path.iterdir()]
