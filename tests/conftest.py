"""Fixtures and helpers that tests of several layers share."""

from __future__ import annotations

import asyncio
import gc
import inspect
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import botocore
import pytest
from botocore import handlers, hooks
from botocore.client import ClientCreator
from botocore.exceptions import ClientError, ParamValidationError
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader
from botocore.model import NoShapeFoundError, OperationNotFoundError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import settings
from typing_extensions import override

import sesinsights
from sesinsights import AsyncSESClassic, AsyncSESInsights, SESClassic, SESInsights
from sesinsights.drivers.botocore_versions import is_complete
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.drivers.threads import ThreadDriver
from sesinsights.errors import BotocoreTooOldError
from sesinsights.flows.pipeline import Pipeline
from sesinsights.flows.retry import RetryPolicy
from sesinsights.pacing import LocalPacer
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from botocore.model import ServiceModel

    from sesinsights.drivers.transport import Transport
    from sesinsights.flows.flow import Flow, Send, WireResponse
    from sesinsights.flows.operation import Operation
    from sesinsights.testing import SESEmulator

pytest_plugins = ["sesinsights.testing.pytest_plugin"]

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Skip what fails because the installed botocore is too old to know what is tested."""
    try:
        yield
    except Exception as error:
        if not is_complete() and _asks_too_much(error):
            pytest.skip(f"botocore {botocore.__version__} does not know what is tested")
        raise


def _asks_too_much(error: BaseException | None) -> bool:
    match error:
        case None:
            return False
        case BotocoreTooOldError() | OperationNotFoundError() | NoShapeFoundError():
            return True
        case ParamValidationError() | ValueError():
            told = ("Unknown parameter", "has no operation", "does not have method")
            return any(words in str(error) for words in told)
        case _:
            return _asks_too_much(error.__cause__ or error.__context__)


Reply = Callable[[dict[str, Any]], Any]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector the tests themselves, which live as long as the process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(2_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait longest for other processes, while others run."""
    items.sort(
        key=lambda item: not (item.path.match("examples/*") or item.get_closest_marker("timeout"))
    )


@pytest.fixture(scope="session", autouse=True)
def _modules_stay_compiled() -> Iterator[None]:
    """Let processes that tests start compile each module once, as for an installed package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _botocore_works_once() -> Iterator[None]:
    """Let all clients of this process share what botocore reads and makes anew for each."""
    loader = create_loader()
    clients: Any = ClientCreator
    make = clients._create_methods
    made: dict[str, dict[str, Any]] = {}
    event_names: Any = EventAliaser
    alias = event_names._alias_event_name
    aliases: dict[str, str] = {}
    inspect_handler: Any = hooks.accepts_kwargs

    def methods(creator: ClientCreator, model: ServiceModel) -> dict[str, Any]:
        if model.service_name not in made:
            made[model.service_name] = make(creator, model)
        return {**made[model.service_name]}

    def alias_event_name(events: EventAliaser, name: str) -> str:
        if name not in aliases:
            aliases[name] = alias(events, name)
        return aliases[name]

    def accepts_kwargs(handler: Any) -> bool:
        code = getattr(handler, "__code__", None)
        # Of a function, the flags of its code tell the same as its signature, at once.
        return bool(code.co_flags & inspect.CO_VARKEYWORDS if code else inspect_handler(handler))

    called = {
        "",
        "*",
        "events",
        "firehose",
        "iam",
        "kms",
        "s3",
        "ses",
        "sesv2",
        "sns",
        "sqs",
        "sts",
    }

    def concerns_tests(event: str) -> bool:
        kind, _, service = event.partition(".")
        return kind != "docs" and service.partition(".")[0] in called

    # Each client gets a copy of all, most of which are for services that no test calls.
    needed = [each for each in handlers.BUILTIN_HANDLERS if concerns_tests(each[0])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "BUILTIN_HANDLERS", needed)
        patch.setattr("botocore.session.create_loader", lambda _: loader)
        patch.setattr(ClientCreator, "_create_methods", methods)
        patch.setattr(EventAliaser, "_alias_event_name", alias_event_name)
        patch.setattr("botocore.hooks.accepts_kwargs", accepts_kwargs)
        yield


class ScriptedService:
    """Stands in for the transport: replies from a function, and remembers when it was asked.

    Args:
        reply: Returns the response to a call's parameters, or raises.
        paces: Calls a second by operation.
        retry: How failing calls are repeated.
        service: The service, as boto3 calls it.
    """

    region_name = "us-east-1"
    is_connected = True
    has_fresh_credentials = True

    def __init__(
        self,
        reply: Reply,
        paces: dict[str, float | None] | None = None,
        retry: RetryPolicy | None = None,
        service: str = "sesv2",
    ) -> None:
        self.clock = FakeClock()
        self.sent: list[tuple[float, str, dict[str, Any]]] = []
        self.pipeline = Pipeline(service, self.clock, retry or RetryPolicy(), paces or {})
        self.pacer = LocalPacer(self.clock)
        self._reply = reply

    def connect(self) -> None:
        """Do nothing: there is no connection to make."""

    def refresh_credentials(self) -> None:
        """Do nothing: there are no credentials."""

    def send(self, step: Send) -> WireResponse:
        """Reply, and remember the call."""
        self.sent.append((self.clock.monotonic(), step.operation.name, step.parameters))
        try:
            return cast("WireResponse", self._reply(step.parameters))
        except ClientError as error:
            error.operation_name = step.operation.name
            raise

    def run(self, flow: Flow[Any]) -> Any:
        """Run a flow to its end."""
        return ThreadDriver(cast("Transport", self), self.clock, self.pacer).run(flow)

    @property
    def times(self) -> list[float]:
        """When calls were sent, in seconds after the first."""
        return [at - self.sent[0][0] for at, _, _ in self.sent]


class AsyncScriptedService(ScriptedService):
    """The same, with flows run on an event loop."""

    @override
    def run(self, flow: Flow[Any]) -> Any:
        """Run a flow to its end."""
        driver = AsyncDriver(cast("Transport", self), self.clock, self.pacer)
        return asyncio.run(driver.run(flow))


def client_error(code: str, status: int, message: str = "No.") -> ClientError:
    """Return an error as botocore raises it."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {  # type: ignore[typeddict-item] # the stubs ask for headers too
                "HTTPStatusCode": status,
                "RequestId": "r-1",
            },
        },
        "Anything",
    )


@pytest.fixture(
    scope="session", params=[ScriptedService, AsyncScriptedService], ids=["thread", "asyncio"]
)
def scripted(request: pytest.FixtureRequest) -> type[ScriptedService]:
    """A service that replies from a function, for either driver: the same must hold for both."""
    return cast("type[ScriptedService]", request.param)


@pytest.fixture(scope="session")
def refusal() -> Callable[..., ClientError]:
    """Errors as botocore raises them."""
    return client_error


class Wire:
    """A server on the loopback interface that answers each request with the bytes it is told to.

    Args:
        tls: What encrypts its connections.

    Attributes:
        reply: Answers a request: writes to its connection, and returns whether to keep it open.
        requests: What was asked, from the first line of each request to the end of its body.
        connections: How many connections were opened.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.reply: Callable[[bytes, socket.socket], object] = lambda _, __: None
        self.requests: list[bytes] = []
        self.connections = 0
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def answer(self, *pieces: bytes) -> None:
        """Answer every request with these bytes, and close its connection."""
        self.reply = lambda _, connection: connection.sendall(b"".join(pieces))

    def answer_whole(self, status: str, body: bytes, *headers: str) -> None:
        """Answer every request with this status, body and headers, and close its connection."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        self.answer("\r\n".join([*lines, *headers, "", ""]).encode() + body)

    def close(self) -> None:
        """Accept no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                while request := _request(lines):
                    self.requests.append(request)
                    if not self.reply(request, connection):
                        return


def _request(lines: BinaryIO) -> bytes:
    head = b""
    for line in lines:
        head += line
        if line == b"\r\n":
            break
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return head + (lines.read(int(length[1])) if length else b"")


@pytest.fixture(scope="session")
def wire_class() -> type[Wire]:
    """Servers that answer with any bytes."""
    return Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that answers with any bytes."""
    server = Wire()
    yield server
    server.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls_wire(certificate: Path) -> Iterator[Wire]:
    """A server that answers over TLS, with an untrusted certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Wire(context)
    server.answer_whole("200 OK", b"{}")
    yield server
    server.close()


@pytest.fixture
def trust(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make new clients trust that certificate."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))


@pytest.fixture(params=["thread", "asyncio"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Call an operation with a client for threads, and with one for event loops."""

    def ask(
        operation: str | Operation[Any, Any], *args: Any, service: str = "sesv2", **options: Any
    ) -> Any:
        """Call an operation, by a method's name or with a request, and close the client."""
        options = {"clock": FakeClock(), **options}
        if request.param == "thread":
            with {"sesv2": SESInsights, "ses": SESClassic}[service](**options) as ses:
                if isinstance(operation, str):
                    return getattr(ses, operation)(*args)
                return ses._call(operation, *args)

        async def story() -> Any:
            async with {"sesv2": AsyncSESInsights, "ses": AsyncSESClassic}[service](
                **options
            ) as ses:
                if isinstance(operation, str):
                    return await getattr(ses, operation)(*args)
                return await ses._call(operation, *args)

        return asyncio.run(story())

    return ask


@pytest.fixture(scope="session")
def unused_endpoint() -> str:
    """A loopback address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """Moto's server, on a free port of the loopback interface."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def outcome() -> Callable[[Any], Any]:
    """Return what a call of either client gives, awaited where it must be."""

    def finish(result: Any) -> Any:
        return asyncio.run(result) if inspect.iscoroutine(result) else result

    return finish


class OnLoop:
    """An object of an asyncio client, used as its synchronous twin is."""

    def __init__(self, target: Any, loop: asyncio.Runner) -> None:
        self._target = target
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._target, name)
        if not inspect.ismethod(member):
            return member
        return lambda *args, **kwargs: self._finish(member(*args, **kwargs))

    def __iter__(self) -> Any:
        return OnLoop(aiter(self._target), self._loop)

    def __next__(self) -> Any:
        try:
            return self._finish(anext(self._target))
        except StopAsyncIteration:
            raise StopIteration from None

    def __enter__(self) -> Any:
        self._finish(self._target.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._finish(self._target.__aexit__(*error))

    def _finish(self, result: Any) -> Any:
        if inspect.isawaitable(result):

            async def wait() -> Any:
                return await result

            return self._loop.run(wait())
        is_lazy = hasattr(result, "__aiter__") or hasattr(result, "__aenter__")
        return OnLoop(result, self._loop) if is_lazy else result


@pytest.fixture(params=["threads", "asyncio"])
def connect(
    request: pytest.FixtureRequest, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> Iterator[Callable[..., Any]]:
    """Make clients of either kind, which are used alike: the same must hold for both.

    Without arguments they are clients of the emulator that wait on its clock.
    """
    with ExitStack() as opened:
        loop = opened.enter_context(asyncio.Runner()) if request.param == "asyncio" else None

        def client(name: str = "SESInsights", **arguments: Any) -> Any:
            if "client" not in arguments:
                arguments = {
                    "endpoint_url": ses_emulator.endpoint_url,
                    "region_name": "us-east-1",
                } | arguments
            arguments = {"clock": fake_clock} | arguments
            made = getattr(sesinsights, f"Async{name}" if loop else name)(**arguments)
            return opened.enter_context(OnLoop(made, loop) if loop else made)

        yield client
