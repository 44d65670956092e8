"""Responses that are not whole, and responses that are not the service's."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sesinsights import RetryPolicy, SESInsights, errors
from sesinsights.flows.classic_operations import SEND_TEMPLATED_EMAIL
from sesinsights.flows.operations import CREATE_EXPORT_JOB, GET_MESSAGE_INSIGHTS, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sesinsights.flows.operation import Operation

TWICE = RetryPolicy(max_attempts=2)

# Operations read answers by the same rule, so a few are enough for all that a response may be, and
# for the second kind of clients.
_FEW = (GET_MESSAGE_INSIGHTS, CREATE_EXPORT_JOB, SEND_TEMPLATED_EMAIL)


def each_operation(name: str, answers: Iterable[Any]) -> pytest.MarkDecorator:
    """Pair a few operations with every response, and all others with the first three."""
    every = [*answers]
    cases = [("thread", operation) for operation in OPERATIONS]
    cases += [("asyncio", operation) for operation in _FEW]
    return pytest.mark.parametrize(
        ("ask", "operation", name),
        [
            (kind, operation, answer)
            for kind, operation in cases
            for answer in (every if operation in _FEW else every[:3])
        ],
        indirect=["ask"],
        ids=lambda given: given if isinstance(given, str) else f"{given}"[:99],
    )


@pytest.fixture(scope="module")
def server(wire_class: Any) -> Iterator[Any]:
    """A server that all tests of this module ask, with a client of boto3's for each API."""
    wire = wire_class()
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    wire.clients = {
        service: session.client(service, endpoint_url=wire.url) for service in ("sesv2", "ses")
    }
    yield wire
    wire.close()


def some(shape: Any) -> Any:
    """Return a value that the service model allows, with its required members alone."""
    match shape.type_name:
        case "structure":
            # The model requires more of an event destination than the service's does.
            wanted = [*shape.required_members, "MatchingEventTypes"]
            return {name: some(shape.members[name]) for name in wanted if name in shape.members}
        case "list":
            return [some(shape.member)]
        case "string":
            return shape.enum[0] if shape.enum else "x"
        case "timestamp":
            return 0
        case _:
            return 1


@pytest.fixture
def call(ask: Callable[..., Any], server: Any) -> Callable[[Operation[Any, Any]], Any]:
    """Call any operation with the least that it takes."""
    server.requests.clear()

    def call(operation: Operation[Any, Any]) -> Any:
        client = server.clients[operation.service]
        model = client.meta.service_model.operation_model(operation.name)
        least = some(model.input_shape) if model.input_shape else {}
        request = operation.request.from_service(least)
        paces = {op.name: None for op in OPERATIONS if op.service == operation.service}
        return ask(
            operation, request, service=operation.service, client=client, retry=TWICE, paces=paces
        )

    return call


def is_json(operation: Operation[Any, Any]) -> bool:
    """Return whether the operation's responses are JSON."""
    return operation.service == "sesv2"


BROKEN = {
    "within a header": b"HTTP/1.1 200 OK\r\nContent-Le",
    "within the body": b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a": 1',
    "an empty 200": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "within the status": b"HTTP/1.1 20",
    "after a header": b"HTTP/1.1 200 OK\r\nX-Amzn-RequestId: 1\r\n",
    "within the headers of a refusal": b"HTTP/1.1 404 Not Found\r\nDate: to",
    "before the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
    "within a body of no length": b'HTTP/1.1 200 OK\r\n\r\n{"a": 1',
    "within a chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a"',
    "before the last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "an empty 200 of no length": b"HTTP/1.1 200 OK\r\n\r\n",
    "an empty 200 in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
}


@each_operation("where", BROKEN)
def test_an_answer_that_is_not_whole_is_a_fault_of_the_connection(
    call: Any, server: Any, operation: Operation[Any, Any], where: str
) -> None:
    """A truncated response is retried if that is safe, and never counts as an empty one."""
    # Said, so that no attempt is spent on a connection that has just been closed.
    server.answer(BROKEN[where].replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    with pytest.raises(errors.TransportError) as caught:
        call(operation)
    assert caught.value.maybe_delivered
    assert len(server.requests) == (2 if operation.repeatable else 1)


FOREIGN = [
    b"[]",
    b'{"message": "hello"}',
    b"<html><body>Please log in</body></html>",
    b"null",
    b'"text"',
    b"\xef\xbb\xbf{}",
    b"{} {}",
    b"<OtherResponse><OtherResult/></OtherResponse>",
    b"\xff\xfe{\x00}\x00",
    b" ",
    b"[" * 100_000,
    b'{"MessageId": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001,
]


@each_operation("body", FOREIGN)
def test_a_whole_answer_in_another_form_cannot_be_read(
    call: Any, server: Any, operation: Operation[Any, Any], body: bytes
) -> None:
    """A foreign response is an error that contains it, and is not retried."""
    server.answer_whole("200 OK", body)
    with pytest.raises(errors.ResponseValidationError) as caught:
        call(operation)
    assert caught.value.response == body
    assert len(server.requests) == 1


SAYING_TOO_MUCH = {
    "a page": ("200 OK", b"<html>bob@example.com &nbsp;"),
    "a message": ("413 Too Large", b'{"message": "bob@example.com"}'),
    "a page of an error": ("502 Bad Gateway", b"<html>bob@example.com &nbsp;"),
    "an object": ("200 OK", b'{"message": "bob@example.com"}'),
    "a gateway's message": ("502 Bad Gateway", b'{"message": "bob@example.com"}'),
}


@each_operation("what", SAYING_TOO_MUCH)
def test_a_traceback_has_no_address_of_a_foreign_answer(
    call: Any, server: Any, operation: Operation[Any, Any], what: str
) -> None:
    """Neither an error nor what caused it shows what a server in between has said."""
    server.answer_whole(*SAYING_TOO_MUCH[what])
    with pytest.raises(errors.SESInsightsError) as caught:
        call(operation)
    assert "bob" not in "".join(traceback.format_exception(caught.value))


@each_operation("form", ["in lower case"])
def test_members_by_other_names_are_none(
    call: Any, server: Any, operation: Operation[Any, Any], form: str
) -> None:
    """A response whose members the service model does not know, as in lower case, is foreign."""
    if is_json(operation):
        body = b'{"messageId": "0100", "jobId": "job", "exportJobs": [], "nextToken": "t"}'
    else:
        body = b"<{0}Response><{0}Result><messageId>1</messageId></{0}Result></{0}Response>"
        body = body.replace(b"{0}", operation.name.encode())
    server.answer_whole("200 OK", body)
    with pytest.raises(errors.ResponseValidationError):
        call(operation)


@pytest.mark.parametrize("body", [b"{}", b'{"NextToken": null}', b'{"ExportJobs": [], "New": 1}'])
def test_an_answer_without_members_is_one_where_none_is_needed(
    ask: Any, server: Any, body: bytes
) -> None:
    """A list may be empty, whether it is present or absent."""
    server.answer_whole("200 OK", body)
    assert not ask("list_export_jobs", client=server.clients["sesv2"]).export_jobs


def test_a_cancel_of_a_job_is_answered_with_an_empty_object(ask: Any, server: Any) -> None:
    """A response whose shape has no members needs none."""
    server.answer_whole("200 OK", b"{}")
    assert ask("cancel_export_job", "job", client=server.clients["sesv2"]) is not None


def test_a_list_that_breaks_off_does_not_end(server: Any) -> None:
    """A truncated page is requested again, and does not end the list."""
    job = {"ExportSourceType": "METRICS_DATA", "JobStatus": "COMPLETED", "CreatedTimestamp": 0}
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"

    def reply(_: bytes, connection: Any) -> None:
        number = len(server.requests)
        page = {"ExportJobs": [{**job, "JobId": str(number)}], "NextToken": str(number)}
        body = json.dumps(page if number < 6 else {"ExportJobs": []}).encode()
        whole = head % len(body) + body
        connection.sendall(whole[:30] if number % 2 == 0 else whole)

    server.requests.clear()
    server.reply = reply
    with SESInsights(client=server.clients["sesv2"], retry=RetryPolicy(backoff=0)) as ses:
        ids = [job.job_id for job in ses.iter_export_jobs()]
    assert ids == ["1", "3", "5"]


NOT_THE_SERVICE = {
    "HTML": (b"<html><body><h1>Not Found</h1></body></html>", ()),
    "broken HTML": (b"<html><p>Not Found<br></html>", ()),
    "the XML of S3": (b"<Error><Code>NoSuchKey</Code><Message>No.</Message></Error>", ()),
    "JSON without a code": (b'{"message": "Not Found"}', ()),
    "JSON of another form": (b'["Not Found"]', ()),
    "a code that is a number": (b'{"code": 404, "message": "Not Found"}', ()),
    "a code of its own": (b'{"code": "NotFound", "message": "No such page"}', ()),
    "another service's code": (b"{}", ("x-amzn-errortype: ResourceNotFoundException",)),
    "nothing": (b"", ()),
}


@each_operation("what", NOT_THE_SERVICE)
def test_a_404_of_something_else_is_not_a_missing_message(
    call: Any, server: Any, operation: Operation[Any, Any], what: str
) -> None:
    """Only a 404 of the service means a missing message; others name the endpoint."""
    body, headers = NOT_THE_SERVICE[what]
    server.answer_whole("404 Not Found", body, *headers)
    with pytest.raises(errors.ServiceError) as caught:
        call(operation)
    assert type(caught.value) is errors.ServiceError
    assert server.url in str(caught.value)
    assert caught.value.status_code == 404
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["301 Moved", "400 Bad", "403 Forbidden", "405 No", "418 Tea"])
def test_any_refusal_of_something_else_names_the_endpoint(
    ask: Any, server: Any, status: str
) -> None:
    """An error page of a proxy names the endpoint instead of a missing message."""
    server.answer_whole(status, b"<html>For bob@example.com</html>")
    with pytest.raises(errors.ServiceError) as caught:
        ask("get_message_insights", "0100", client=server.clients["sesv2"])
    assert type(caught.value) is errors.ServiceError
    assert server.url in str(caught.value)
    assert "bob" not in str(caught.value)


@pytest.mark.parametrize("body", [b'{"message": "No."}', b"{}", b""])
def test_the_services_own_404_is_a_missing_message(ask: Any, server: Any, body: bytes) -> None:
    """The service's code, in the header or the body, identifies its own 404."""
    server.answer_whole("404 Not Found", body, "x-amzn-errortype: NotFoundException:http://x")
    with pytest.raises(errors.NotFoundError):
        ask("get_message_insights", "0100", client=server.clients["sesv2"])


def test_a_code_with_an_address_is_hidden_too(ask: Any, server: Any) -> None:
    """No part of an error's text shows an address; its code does, as the message does."""
    server.answer_whole("400 Bad", b'{"__type": "No.bob@example.com"}')
    with pytest.raises(errors.ServiceError) as caught:
        ask("get_message_insights", "0100", client=server.clients["sesv2"])
    assert "bob" in caught.value.code
    assert "bob" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_endpoint_ends_a_run_of_lookups(server: Any) -> None:
    """A wrong endpoint raises an error instead of reporting messages as missing."""
    server.requests.clear()
    server.answer_whole("404 Not Found", b"<html>Not Found</html>")
    with (
        SESInsights(client=server.clients["sesv2"], paces={"GetMessageInsights": None}) as ses,
        pytest.raises(errors.ServiceError, match=server.url),
    ):
        list(ses.iter_message_insights(["0100", "0101", "0102"]))
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [500, 501, 502, 503])
def test_not_implemented_is_the_one_server_error_that_is_not_repeated(
    ask: Any, server: Any, status: int
) -> None:
    """A 501 is not retried: an unknown operation stays unknown."""
    server.requests.clear()
    server.answer_whole(f"{status} No", b"{}", "x-amzn-errortype: SomethingException")
    with pytest.raises(errors.ServiceError):
        ask("get_export_job", "job", client=server.clients["sesv2"], retry=TWICE)
    assert len(server.requests) == (1 if status == 501 else 2)


def test_a_handler_that_fails_after_the_answer_is_the_callers(wire: Any) -> None:
    """An error of a caller's handler is not an unreadable response."""
    wire.answer_whole("200 OK", b"{}")
    client = boto3.session.Session("key", "secret", region_name="us-east-1").client(
        "sesv2", endpoint_url=wire.url
    )

    def fail(**_: object) -> None:
        raise KeyError("mine")

    client.meta.events.register("after-call.sesv2", fail)
    with SESInsights(client=client) as ses, pytest.raises(KeyError):
        ses.list_export_jobs()
