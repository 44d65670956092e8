"""Ids of messages and jobs are taken as they were copied, and other text is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights import models
from tests.models.refusals import refusal
from tests.models.responses import EXPORT_JOB

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


@pytest.mark.parametrize("message_id", ["", " ", "<>", "< >", "<@email.amazonses.com>"])
def test_a_message_id_is_not_empty(message_id: str) -> None:
    """An id that is empty, or is nothing but its wrapping, is refused."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "empty" in text


@pytest.mark.parametrize(
    "message_id",
    [
        "<CAF4711@mail.gmail.com>",
        "jane.doe@example.com",
        "<0100@amazonses.com.example.org>",
        "<0100@notamazonses.com>",
    ],
)
def test_a_message_id_of_somebody_else_is_refused(message_id: str) -> None:
    """An id that another mail system made up is refused, as Amazon SES does not know it."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "amazonses.com" in text
    assert message_id not in text


@pytest.mark.parametrize(
    "message_id",
    [
        "0100 0101",
        "0100\t0101",
        "0100/../0101",
        "0100/",
        "<<0100>>",
        "<0100>, <0101>",
        "a<0100@email.amazonses.com>",
    ],
)
def test_a_message_id_has_nothing_around_it(message_id: str) -> None:
    """An id that would be another path, or is more than one id, is refused."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "and nothing else" in text
    assert message_id not in text


IDENTIFIERS: list[tuple[type[Shape], str]] = [
    (models.CancelExportJobRequest, "job_id"),
    (models.GetConfigurationSetEventDestinationsRequest, "configuration_set_name"),
    (models.GetExportJobRequest, "job_id"),
    (models.GetImportJobRequest, "job_id"),
    (models.GetMessageInsightsRequest, "message_id"),
]

each_identifier = pytest.mark.parametrize(
    ("shape", "name"), IDENTIFIERS, ids=lambda value: getattr(value, "__name__", None)
)


@each_identifier
@pytest.mark.parametrize(
    "copied",
    [
        " 0100018f-aa ",
        "\t0100018f-aa\r\n",
        '"0100018f-aa"',
        "'0100018f-aa',",
        "`0100018f-aa`;",
        "“0100018f-aa”",
        "«\u00a00100018f-aa\u00a0»",
        "\u200b0100018f-aa\ufeff",
        "\u202a0100018f-aa\u202c",
        "\u20610100018f-aa\x00",
    ],
    ids=ascii,
)
def test_what_copying_brings_is_taken_off_an_id(shape: type[Shape], name: str, copied: str) -> None:
    """Spaces, quotation marks, commas and invisible characters around an id are not sent."""
    [sent] = shape(**{name: copied}).to_service().values()
    assert sent == "0100018f-aa"


@each_identifier
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("0100018f…", "horizontal ellipsis"),
        ("0100018f...", ".."),
        ("0100018f..-aa", ".."),
        ("0100\u200b018f", "zero width space"),
        ("0100\u00a0018f", "no-break space"),
        ("0100018f\u2013aa", "en dash"),
        ("0100\u0430", "cyrillic small letter a"),
        ("0100 018f", "' '"),
        ("0100\x00018f", r"'\x00'"),
        ("0100,018f", ","),
        ('0100"018f', '"'),
        ("0100/018f", "/"),
        (".", "."),
    ],
    ids=ascii,
)
def test_what_no_id_has_is_refused_by_name(
    shape: type[Shape], name: str, given: str, named: str
) -> None:
    """An id that is cut short, is more than one or has a foreign character is not looked up."""
    text = refusal(shape, **{name: given})
    assert name in text
    assert f"it contains {named} [" in text
    assert given not in text or given == named


@pytest.mark.parametrize(
    "message_id",
    [
        '"<0100018f-aa@email.amazonses.com>",',
        "< 0100018f-aa@email.amazonses.com >",
        '<"0100018f-aa"@email.amazonses.com>',
    ],
)
def test_what_copying_brings_is_taken_off_a_header(message_id: str) -> None:
    """A Message-ID header may have around it what an id may."""
    request = models.GetMessageInsightsRequest(message_id=message_id)
    assert request.message_id == "0100018f-aa"


@pytest.mark.parametrize("nothing", ["", " ", '""', "\u200b", "','"], ids=ascii)
@each_identifier
def test_an_id_is_more_than_what_copying_brings(
    shape: type[Shape], name: str, nothing: str
) -> None:
    """An id that is empty, or has nothing but surroundings, is refused."""
    assert name in refusal(shape, **{name: nothing})


def test_an_id_that_was_read_is_kept_as_it_is() -> None:
    """An id in a response is kept as it is, whatever the service gives."""
    job = models.GetExportJobResponse.from_service({**EXPORT_JOB, "JobId": ' "1", '})
    assert job.job_id == ' "1", '


@pytest.mark.parametrize("message_id", [".", "..", "<..@email.amazonses.com>"])
def test_a_message_id_is_not_only_dots(message_id: str) -> None:
    """An id of nothing but dots would be another path, and is refused."""
    assert "message_id" in refusal(models.GetMessageInsightsRequest, message_id=message_id)


def test_a_message_id_may_have_dots() -> None:
    """An id that has dots and more is one like any other."""
    request = models.GetMessageInsightsRequest(message_id="0100.a-000000")
    assert request.message_id == "0100.a-000000"


@pytest.mark.parametrize(
    "message_id",
    [
        "0100018f-aa-000000",
        "<0100018f-aa-000000@email.amazonses.com>",
        "0100018f-aa-000000@email.amazonses.com",
        "<0100018f-aa-000000@eu-central-1.amazonses.com>",
        " <0100018f-aa-000000@email.amazonses.com>\r\n",
        "<0100018f-aa-000000>",
    ],
)
def test_a_message_id_may_be_a_header(message_id: str) -> None:
    """The id may be given as sending returned it or as mail headers show it."""
    assert models.GetMessageInsightsRequest(message_id=message_id).to_service() == {
        "MessageId": "0100018f-aa-000000"
    }
