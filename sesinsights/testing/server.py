"""The HTTP server: werkzeug's, with connections that stay open between requests."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from typing_extensions import override
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from sesinsights.forks import after_fork_in_child
from sesinsights.testing.exchange import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from sesinsights.testing.exchange import HttpResponse

    Respond = Callable[[HttpRequest], HttpResponse | None]


_HOST = "127.0.0.1"


class LoopbackServer(ThreadedWSGIServer):
    """Serves on a port of 127.0.0.1, a thread for each connection.

    Args:
        respond: Returns the response to a request; None closes the connection without a response.
        port: Where to listen; a free port when 0.

    Raises:
        OSError: It cannot listen on the port.
    """

    def __init__(self, respond: Respond, port: int = 0) -> None:
        self._open: dict[socket.socket, threading.Thread] = {}
        self._stopping = False
        self._open_lock = threading.Lock()
        with _listen(port, self.request_queue_size) as listening:
            super().__init__(_HOST, port, _application(respond), _Connection, fd=listening.fileno())
        self._acceptor = threading.Thread(target=self._accept, name="ses-emulator", daemon=True)
        after_fork_in_child(self._leave_to_parent)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self.port}"

    def start(self) -> None:
        """Begin to accept connections."""
        self._acceptor.start()

    def stop(self) -> None:
        """Accept no more, close what is open, and wait until every thread has ended."""
        with self._open_lock:
            self._stopping = True
        with contextlib.suppress(OSError):  # wakes the acceptor
            socket.create_connection((_HOST, self.port)).close()
        self._acceptor.join()
        self.server_close()
        with self._open_lock:
            still_open = dict(self._open)
            for connection in still_open:
                _hang_up(connection)
        for thread in still_open.values():
            thread.join()

    def _leave_to_parent(self) -> None:
        """Keep a forked process, which serves nothing, from holding the port or hanging up."""
        self._open, self._open_lock = {}, threading.Lock()
        self.server_close()

    def _accept(self) -> None:
        while not self._stopping:
            self.handle_request()

    @override
    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Serve no connection that comes when the server stops."""
        return not self._stopping

    @override
    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection until it ends."""
        with self._open_lock:
            self._open[request] = threading.current_thread()
            if self._stopping:
                _hang_up(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                del self._open[request]

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke; any other error is one of the emulator."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Connection(WSGIRequestHandler):
    """Requests on one connection; the application has read the body when it responds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @override
    def run_wsgi(self) -> None:
        """Respond to a request, and leave the connection open for the next."""
        try:
            environ = self.make_environ()
        except ValueError:  # the target is not a URL
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        response = Response.from_app(self.server.app, environ, buffered=True)
        self.send_response(response.status_code)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.get_data())

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do nothing: werkzeug would parse the target, which may not be a URL."""

    @override
    def log(self, type: str, message: str, *args: Any) -> None:
        """Write nothing: the emulator keeps its own record of requests."""


def _listen(port: int, backlog: int) -> socket.socket:
    """Open the socket: werkzeug, which could do it, ends the process when a port is taken."""
    try:
        return socket.create_server((_HOST, port), backlog=backlog)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = (
            f"the emulator cannot listen on {_HOST}:{port}: {reason}; "
            "pass another port, or 0 for a free one"
        )
        raise OSError(error.errno, message) from error


def _application(
    respond: Respond,
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = _body(request)
        answer = None
        if body is not None:
            headers = {name.lower(): value for name, value in request.headers.items()}
            answer = respond(HttpRequest(request.method, environ["RAW_URI"], headers, body))
        if answer is None:
            _hang_up(environ["werkzeug.socket"])
            return Response()(environ, start_response)
        response = Response(answer.body, answer.status_code, answer.headers)
        if answer.missing_bytes:
            response.headers["Content-Length"] = str(len(answer.body) + answer.missing_bytes)
            response.headers["Connection"] = "close"
        return response(environ, start_response)

    return application


def _body(request: Request) -> bytes | None:
    """Return the body; None when it ends before its end, or comes in malformed chunks."""
    try:
        return request.get_data()
    except (ClientDisconnected, OSError, ValueError):
        return None


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
