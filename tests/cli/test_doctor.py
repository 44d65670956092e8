"""The doctor finds what keeps the other commands from working, and changes nothing."""

from __future__ import annotations

import http.server
import json
import os
import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights import models
from sesinsights.cli import root
from sesinsights.cli.doctor.account import account_findings
from sesinsights.flows.operations import OPERATIONS
from sesinsights.testing import server

if TYPE_CHECKING:
    import io
    import subprocess
    from collections.abc import Callable, Iterator, Mapping

    from sesinsights.testing import FakeClock, SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]
    Examine = Callable[..., tuple[int, dict[str, dict[str, str]]]]

CHANGING = ("Cancel", "Create", "Delete", "Put", "Send", "Update")
NOTHING = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


@pytest.fixture
def examine(
    environment: dict[str, str],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Examine:
    """Return a function that runs the doctor and returns its exit code and findings."""

    def examine(
        *args: str, env: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, dict[str, str]]]:
        for name in os.environ.keys() - environment.keys():
            monkeypatch.delenv(name)
        for name, value in {**environment, **(env or {})}.items():
            monkeypatch.setenv(name, value)
        exit_code = root.run(["doctor", "--json", *args])
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit_code"] == exit_code
        return exit_code, {check.pop("check"): check for check in answer["checks"]}

    return examine


def test_all_is_well(run: Run, emulator: SESEmulator) -> None:
    """Every check has its line, no secret is shown, and nothing is changed."""
    env = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE1234", "AWS_SECRET_ACCESS_KEY": "hushhush"}
    answer = run("doctor", env=env)
    assert answer.returncode == 0, answer.stdout
    assert answer.stderr == ""
    lines = answer.stdout.splitlines()
    assert lines[0] == "✓ Credentials: from environment variables, access key …1234"
    assert lines[1] == "✓ Region: us-east-1, from AWS_REGION"
    assert lines[2].startswith(f"✓ Endpoint: {emulator.endpoint_url} answered in ")
    assert lines[3].startswith("✓ Clock: ")
    assert "hushhush" not in answer.stdout
    assert "AKIA" not in answer.stdout
    for operation in (o for o in OPERATIONS if o.service == "sesv2"):
        why = "each call is billed" if operation.is_billed else "it would change something"
        untried = f"– ses:{operation.name}: not tried: {why}"  # noqa: RUF001 - a dash is meant
        is_tried = not operation.is_billed and not operation.name.startswith(CHANGING)
        assert (f"✓ ses:{operation.name}: allowed" if is_tried else untried) in lines
    assert not [
        r for r in emulator.requests if r.operation.startswith((*CHANGING, "GetEmailAddress"))
    ]


def test_where_signs_cannot_be_had_others_stand(
    run: Run, stdout_in: Callable[[str], io.BytesIO]
) -> None:
    """An encoding without these signs gets ASCII only."""
    stdout = stdout_in("ascii")
    run("doctor", env={"AWS_REGION": "mars-1"})
    shown = stdout.getvalue().decode("ascii")
    assert shown.splitlines()[0].startswith("+ Credentials: ")
    assert shown.splitlines()[1].startswith(
        "! Region: mars-1, from AWS_REGION; boto3 knows no endpoint"
    )
    assert "- ses:CreateExportJob" in shown


@pytest.mark.parametrize(
    ("env", "check", "advice"),
    [
        (NOTHING, "Credentials", "aws configure"),
        ({"AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"}, "Credentials", "aws sso login"),
        ({"AWS_PROFILE": "nobody"}, "Credentials", "profile"),
        ({"AWS_REGION": ""}, "Region", "--region"),
    ],
)
def test_the_configuration_ends_with_253(
    env: dict[str, str], check: str, advice: str, examine: Examine, emulator: SESEmulator
) -> None:
    """A missing setting is named, with what to do; checks that need it are skipped."""
    exit_code, found = examine(env=env)
    assert exit_code == 253
    assert [name for name in found if found[name]["status"] == "problem"] == [check]
    assert advice in found[check]["advice"]
    assert not [request for request in emulator.requests if request.status_code == 200]


def test_vdm_that_is_off_ends_with_254(examine: Examine, emulator: SESEmulator) -> None:
    """An account without VDM is distinguished from a message that does not exist."""
    emulator.vdm_enabled = False
    exit_code, found = examine()
    assert exit_code == 254
    assert found["Virtual Deliverability Manager"]["status"] == "problem"
    assert "console" in found["Virtual Deliverability Manager"]["advice"]
    assert found["ses:GetMessageInsights"]["status"] == "ok"


@pytest.mark.parametrize("operation", ["GetMessageInsights", "ListImportJobs", "GetExportJob"])
def test_what_is_denied_ends_with_254(
    operation: str, examine: Examine, emulator: SESEmulator
) -> None:
    """Each operation that may not be called is named with the action to allow."""
    emulator.faults.access_denied(operation, times=None)
    exit_code, found = examine()
    assert exit_code == 254
    action = f"ses:{operation}"
    assert [name for name in found if found[name]["status"] == "problem"] == [action]
    assert f"Allow the action {action}" in found[action]["advice"]
    assert found["Virtual Deliverability Manager"]["status"] == "ok"


def test_an_endpoint_that_is_closed_ends_with_255(examine: Examine, unused_endpoint: str) -> None:
    """Later checks are skipped."""
    exit_code, found = examine("--endpoint-url", unused_endpoint)
    assert exit_code == 255
    assert found["Endpoint"]["status"] == "problem"
    assert "HTTPS_PROXY" in found["Endpoint"]["advice"]
    assert [*found] == ["Credentials", "Region", "Endpoint", "Permissions"]
    assert found["Permissions"]["status"] == "skipped"


@pytest.mark.parametrize(
    ("seconds", "status", "exit_code"),
    [(20, "ok", 0), (-90, "warning", 0), (90, "warning", 0), (-250, "problem", 253)],
)
def test_the_clock_is_compared_with_that_of_the_service(
    seconds: int,
    status: str,
    exit_code: int,
    examine: Examine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Above 30 seconds it warns, above 4 minutes calls are about to be refused."""

    def date(*_: object) -> str:
        shifted = datetime.fromtimestamp(time.time() + seconds, UTC)
        return format_datetime(shifted, usegmt=True)

    monkeypatch.setattr(server._Connection, "date_time_string", date)
    code, found = examine()
    assert (found["Clock"]["status"], code) == (status, exit_code)
    assert ("behind" if seconds > 0 else "ahead") in found["Clock"]["found"]
    assert ("NTP" in found["Clock"]["advice"]) == (status != "ok")


class _Expired(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(403)
        self.send_header("x-amzn-ErrorType", "ExpiredTokenException")
        body = b'{"message": "The security token included in the request is expired"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the base class calls

    @override
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[str]:
    """Run a service to which all credentials have expired."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Expired) as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{service.server_port}"
        service.shutdown()
        thread.join()


def test_credentials_that_the_service_refuses_end_with_253(examine: Examine, refusing: str) -> None:
    """Expired credentials are reported once, not for every permission."""
    exit_code, found = examine("--endpoint-url", refusing)
    assert exit_code == 253
    assert found["Signature"]["status"] == "problem"
    assert "ExpiredTokenException" in found["Signature"]["found"]
    assert [*found][-1] == "Signature"


def test_v1_is_examined_where_there_is_one(
    examine: Examine, emulator: SESEmulator, moto_url: str
) -> None:
    """Its permissions are shown like those of v2; an endpoint without it is not a problem."""
    exit_code, found = examine(env={"AWS_ENDPOINT_URL_SES": moto_url})
    assert exit_code == 0
    for operation in (o for o in OPERATIONS if o.service == "ses"):
        wanted = "skipped" if operation.name.startswith(CHANGING) else "ok"
        assert found[f"ses:{operation.name}"]["status"] == wanted

    alone = {"AWS_ENDPOINT_URL_SES": ""}
    exit_code, found = examine("--endpoint-url", emulator.endpoint_url, env=alone)
    assert exit_code == 0
    assert "moto" in found["Amazon SES v1"]["found"]
    exit_code, found = examine(env=alone)
    assert exit_code == 0
    assert "AWS_ENDPOINT_URL_SES" in found["Amazon SES v1"]["found"]


def test_plan_quota_and_open_recommendations_are_shown(
    examine: Examine, emulator: SESEmulator
) -> None:
    """Recommendations are a warning with their names, without addresses; none is a failure."""
    _, found = examine()
    assert found["Plan"] == {"status": "ok", "found": "ESSENTIALS", "advice": ""}
    assert found["Quota"]["found"] == "0 of 50,000 recipients in the last 24 hours, 14 per second"
    assert (found["Sending"]["status"], found["Recommendations"]["status"]) == ("ok", "ok")
    for identity in ("example.com", "ada@example.com"):
        emulator.add_recommendation(
            {
                "Type": "DMARC",
                "Status": "OPEN",
                "Impact": "HIGH",
                "ResourceArn": f"arn:aws:ses:us-east-1:123456789012:identity/{identity}",
            }
        )
    emulator.add_recommendation({"Type": "BIMI", "Status": "FIXED", "Impact": "LOW"})
    exit_code, found = examine()
    assert exit_code == 0
    assert found["Recommendations"] == {
        "status": "warning",
        "found": "2 open, 2 of high impact",
        "advice": "DMARC of <address>; DMARC of identity/example.com",
    }


def test_without_lookups_the_account_tells_of_the_manager(
    examine: Examine, emulator: SESEmulator
) -> None:
    """If neither call is allowed, the state of VDM is unknown."""
    manager = "Virtual Deliverability Manager"
    emulator.faults.access_denied("GetMessageInsights", times=None)
    assert examine()[1][manager]["status"] == "ok"
    emulator.vdm_enabled = False
    assert examine()[1][manager]["status"] == "problem"
    emulator.faults.access_denied("GetAccount", times=None)
    _, found = examine()
    assert found[manager]["status"] == "skipped"
    assert "Plan" not in found


@pytest.mark.parametrize(
    ("changes", "status", "found"),
    [
        ({"enforcement_status": "PROBATION"}, "warning", "under review"),
        ({"enforcement_status": "SHUTDOWN"}, "warning", "paused by Amazon SES"),
        ({"sending_enabled": False}, "warning", "paused for the account"),
        ({"production_access_enabled": False}, "ok", "sandbox"),
    ],
)
def test_an_account_that_may_not_send_is_a_warning(
    changes: dict[str, Any], status: str, found: str
) -> None:
    """The other commands still work."""
    first, *_ = account_findings(models.GetAccountResponse(**changes))
    assert (first.check, first.status, first.exit_code) == ("Sending", status, 0)
    assert found in first.found


def test_a_plan_that_ends_is_told() -> None:
    """The plan for the next billing period is shown before that period begins."""
    pricing = models.PricingAttributes.from_service({"CurrentPlan": "NONE", "NextPlan": "PRO"})
    _, plan = account_findings(models.GetAccountResponse(pricing_attributes=pricing))
    assert (plan.check, plan.found) == ("Plan", "none, PRO from the next billing period on")


@pytest.mark.parametrize(
    ("sent", "most", "status", "found"),
    [
        (10.0, 200.0, "ok", "10 of 200 recipients"),
        (190.0, 200.0, "warning", "190 of 200 recipients"),
        (1.0, -1.0, "ok", "1 recipient in the last 24 hours, without a limit"),
    ],
)
def test_a_quota_that_is_nearly_used_up_is_a_warning(
    sent: float, most: float, status: str, found: str
) -> None:
    """Beyond it, mail is refused; -1 stands for no limit."""
    quota = models.SendQuota(max24_hour_send=most, max_send_rate=1.0, sent_last24_hours=sent)
    _, finding = account_findings(models.GetAccountResponse(send_quota=quota))
    assert finding.status == status
    assert finding.found.startswith(found)
