"""Lists: every item once, whatever shape the pages have."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import errors, models
from sesinsights.clients.iterators import ItemIterator
from sesinsights.flows.operations import LIST_EXPORT_JOBS
from sesinsights.flows.pages import PageCursor
from tests.models.responses import EXPORT_JOB

Pages = list[list[str]]


def in_pages(sizes: list[int]) -> Pages:
    """Return pages of these sizes, of jobs that are all different."""
    jobs = map(str, itertools.count())
    return [list(itertools.islice(jobs, size)) for size in sizes]


PAGES = st.lists(st.integers(0, 4), min_size=1, max_size=6).map(in_pages)


def service_of(scripted: Any, pages: Pages) -> Any:
    """A list in pages, each but the last with a token that is the next one's number."""

    def reply(parameters: dict[str, Any]) -> dict[str, Any]:
        number = int(parameters.get("NextToken", "0"))
        page = [{**EXPORT_JOB, "JobId": job} for job in pages[number]]
        answer: dict[str, Any] = {"ExportJobs": page}
        if number + 1 < len(pages):
            answer["NextToken"] = str(number + 1)
        return answer

    return scripted(reply)


def iterate(
    service: Any, starting_token: str | None = None, max_items: int | None = None
) -> ItemIterator[models.ExportJobSummary, models.ListExportJobsResponse]:
    """Begin to walk through the list."""
    return ItemIterator(
        service,
        lambda: PageCursor(
            service.pipeline,
            LIST_EXPORT_JOBS,
            models.ListExportJobsRequest(),
            starting_token=starting_token,
            max_items=max_items,
        ),
    )


def ids(items: Any) -> list[str | None]:
    """Return what tells the items apart."""
    return [item.job_id for item in items]


@given(pages=PAGES)
def test_every_item_of_every_page_comes_once(scripted: Any, pages: Pages) -> None:
    """Pages of any size, empty ones too, are walked to the end, with one call each."""
    service = service_of(scripted, pages)
    assert ids(iterate(service)) == [job for page in pages for job in page]
    assert len(service.sent) == len(pages)


@given(pages=PAGES, data=st.data())
def test_stopping_anywhere_and_resuming_loses_and_repeats_nothing(
    scripted: Any, pages: Pages, data: st.DataObject
) -> None:
    """What was given before the stop and after it is the whole list, in order."""
    service = service_of(scripted, pages)
    everything = [job for page in pages for job in page]
    stop = data.draw(st.integers(0, len(everything)))
    before = iterate(service)
    given_before = [next(before).job_id for _ in range(stop)]
    token = before.resume_token
    given_after = ids(iterate(service, starting_token=token)) if token or not stop else []
    assert given_before + given_after == everything


@given(pages=PAGES, size=st.integers(1, 5))
def test_a_list_taken_in_portions_is_the_whole_list(scripted: Any, pages: Pages, size: int) -> None:
    """`max_items` and `resume_token` together go through everything once."""
    service = service_of(scripted, pages)
    taken: list[str | None] = []
    token = None
    for _ in range(sum(map(len, pages)) + len(pages) + 1):
        portion = iterate(service, starting_token=token, max_items=size)
        jobs = ids(portion)
        assert len(jobs) <= size
        taken += jobs
        token = portion.resume_token
        if token is None:
            break
    assert taken == [job for page in pages for job in page]
    assert token is None


@given(pages=PAGES)
def test_pages_gives_every_page_whole(scripted: Any, pages: Pages) -> None:
    """The pages are the service's own, empty ones included."""
    service = service_of(scripted, pages)
    assert [ids(page.export_jobs) for page in iterate(service).pages()] == pages


def test_pages_are_fetched_as_they_are_needed(scripted: Any) -> None:
    """The second page is requested with its first item, not before."""
    service = service_of(scripted, [["a", "b"], ["c"]])
    iterator = iterate(service)
    assert service.sent == []
    assert ids([next(iterator), next(iterator)]) == ["a", "b"]
    assert len(service.sent) == 1
    next(iterator)
    assert len(service.sent) == 2


def test_max_items_stops_without_asking_for_more(scripted: Any) -> None:
    """`max_items` stops without a further call."""
    service = service_of(scripted, [["a", "b"], ["c"]])
    assert ids(iterate(service, max_items=2)) == ["a", "b"]
    assert len(service.sent) == 1


def test_max_items_of_none_at_all_sends_nothing(scripted: Any) -> None:
    """No item is wanted, and no page either."""
    service = service_of(scripted, [["a"]])
    assert ids(iterate(service, max_items=0)) == []
    assert list(iterate(service, max_items=0).pages()) == []
    assert service.sent == []


def test_the_page_that_reaches_max_items_is_the_last(scripted: Any) -> None:
    """Pages are never cut, and none comes after the limit."""
    service = service_of(scripted, [["a", "b"], ["c", "d"], ["e"]])
    assert [ids(p.export_jobs) for p in iterate(service, max_items=3).pages()] == [
        ["a", "b"],
        ["c", "d"],
    ]


def test_pages_begin_where_the_iterator_began(scripted: Any) -> None:
    """Items taken before do not take pages away."""
    service = service_of(scripted, [["a"], ["b"]])
    iterator = iterate(service)
    next(iterator)
    assert len(list(iterator.pages())) == 2


def test_a_token_of_the_services_is_a_place_to_start(scripted: Any) -> None:
    """A `next_token` of a page that was listed by hand is taken as it is."""
    service = service_of(scripted, [["a"], ["b"], ["c"]])
    assert ids(iterate(service, starting_token="1")) == ["b", "c"]


@pytest.mark.parametrize("token", ["", 7, ["x"], object()])
def test_what_is_not_a_token_is_refused_before_anything_is_sent(scripted: Any, token: Any) -> None:
    """An empty token, or anything but text, is not a place to start."""
    service = service_of(scripted, [["a"]])
    with pytest.raises(pydantic.ValidationError, match="next_token"):
        iterate(service, starting_token=token)
    assert service.sent == []


def test_the_resume_token_at_the_end_of_a_page_is_the_services(scripted: Any) -> None:
    """Between two pages the service's own token is all that is needed."""
    iterator = iterate(service_of(scripted, [["a"], ["b"]]))
    next(iterator)
    assert iterator.resume_token == "1"


def test_the_resume_token_before_the_first_item_is_the_start(scripted: Any) -> None:
    """An iterator that has given nothing resumes where it would have begun."""
    service = service_of(scripted, [["a", "b"], ["c"]])
    half = iterate(service)
    next(half)
    assert iterate(service).resume_token is None
    untouched = iterate(service, starting_token=half.resume_token)
    assert ids(iterate(service, starting_token=untouched.resume_token)) == ["b", "c"]


def test_a_failed_page_can_be_asked_for_again(scripted: Any, refusal: Any) -> None:
    """After an error, the same iterator continues where it was."""
    broken = [refusal("AccessDeniedException", 403)]

    def reply(parameters: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" not in parameters:
            return {"ExportJobs": [{**EXPORT_JOB, "JobId": "a"}], "NextToken": "1"}
        if broken:
            raise broken.pop()
        return {"ExportJobs": [{**EXPORT_JOB, "JobId": "b"}]}

    iterator = iterate(scripted(reply))
    assert next(iterator).job_id == "a"
    with pytest.raises(errors.AccessDeniedError):
        next(iterator)
    assert iterator.resume_token == "1"
    assert ids(iterator) == ["b"]


@pytest.mark.parametrize("tokens", [["1", "1"], ["1", "2", "1"]])
def test_the_same_token_twice_is_an_error(scripted: Any, tokens: list[str]) -> None:
    """A list that goes in circles ends with an error, after all items before it."""
    left = [*tokens]

    def reply(_: dict[str, Any]) -> dict[str, Any]:
        return {"ExportJobs": [{**EXPORT_JOB, "JobId": left[0]}], "NextToken": left.pop(0)}

    service = scripted(reply)
    iterator = iterate(service)
    assert ids(next(iterator) for _ in tokens) == tokens
    with pytest.raises(errors.PaginationError) as caught:
        next(iterator)
    assert caught.value.resume_token == iterator.resume_token == "1"
    assert caught.value.operation == "ListExportJobs"
    assert len(service.sent) == len(tokens)


def test_the_token_that_the_walk_began_with_counts_as_seen(scripted: Any) -> None:
    """Coming back to the first page is going in circles, too."""
    service = scripted(lambda _: {"ExportJobs": [], "NextToken": "1"})
    with pytest.raises(errors.PaginationError):
        list(iterate(service, starting_token="1"))
    assert len(service.sent) == 1


def listing(scripted: Any, jobs: list[str], size: int) -> Any:
    """A list in pages of one size, each but the first with a token that is the job before it."""

    def reply(parameters: dict[str, Any]) -> dict[str, Any]:
        token = parameters.get("NextToken")
        start = jobs.index(token) + 1 if token else 0
        answer: dict[str, Any] = {
            "ExportJobs": [{**EXPORT_JOB, "JobId": job} for job in jobs[start : start + size]]
        }
        if start + size < len(jobs):
            answer["NextToken"] = jobs[start + size - 1]
        return answer

    return scripted(reply)


@given(
    stop=st.integers(1, 7), before=st.integers(1, 9), after=st.integers(1, 9), new=st.integers(0, 9)
)
def test_resuming_finds_its_place_in_a_list_that_has_grown(
    scripted: Any, stop: int, before: int, after: int, new: int
) -> None:
    """New jobs at the top and pages of another size neither repeat nor lose a job."""
    jobs = [f"job{n}" for n in range(8)]
    iterator = iterate(listing(scripted, jobs, before))
    taken = [next(iterator).job_id for _ in range(stop)]
    grown = listing(scripted, [*(f"new{n}" for n in range(new)), *jobs], after)
    assert taken + ids(iterate(grown, starting_token=iterator.resume_token)) == jobs


def test_a_place_that_is_gone_is_an_error_that_leads_to_its_page(scripted: Any) -> None:
    """If the job returned last is no longer listed, nothing is guessed, repeated or lost."""
    service = service_of(scripted, [["a"], ["b", "c", "d"], ["e"]])
    iterator = iterate(service)
    for _ in range(3):
        next(iterator)
    changed = service_of(scripted, [["a"], ["b", "d"], ["e"]])
    resumed = iterate(changed, starting_token=iterator.resume_token)
    with pytest.raises(errors.PaginationError, match="no longer lists") as caught:
        next(resumed)
    assert ids(iterate(changed, starting_token=caught.value.resume_token)) == ["b", "d", "e"]


def test_a_failure_while_the_place_is_looked_for_repeats_nothing(
    scripted: Any, refusal: Any
) -> None:
    """After an error while searching its place, the iterator continues there."""
    iterator = iterate(service_of(scripted, [["a", "b", "c", "d"], ["e"]]))
    for _ in range(3):
        next(iterator)
    whole = service_of(scripted, [["a", "b"], ["c", "d"], ["e"]])
    failures = [None, refusal("AccessDeniedException", 403)]

    def reply(parameters: dict[str, Any]) -> Any:
        failure = failures.pop(0) if failures else None
        if failure:
            raise failure
        return whole._reply(parameters)

    resumed = iterate(scripted(reply), starting_token=iterator.resume_token)
    with pytest.raises(errors.AccessDeniedError):
        next(resumed)
    assert ids(resumed) == ["d", "e"]


def resume_token(content: object) -> str:
    """Return a token with this content."""
    return "sesinsights-resume:" + base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "damage",
    [
        "sesinsights-resume:",
        "sesinsights-resume:%%%",
        "sesinsights-resume:WzFd",
        resume_token([None, "x", "job"]),
        resume_token([None, None, None]),
        resume_token([5, 1, "job"]),
        resume_token([None, 0, "job"]),
        resume_token([None, -3, "job"]),
        resume_token([None, 3]),
        resume_token({}),
    ],
)
def test_a_damaged_resume_token_is_refused(scripted: Any, damage: str) -> None:
    """A token that was cut or changed is a mistake, not a place."""
    with pytest.raises(ValueError, match="starting_token is damaged"):
        iterate(service_of(scripted, [["a"]]), starting_token=damage)


@pytest.mark.parametrize("token", ["", resume_token(["", 1, "job"])])
def test_an_empty_token_is_refused(scripted: Any, token: str) -> None:
    """The service refuses it, so it is not sent."""
    service = service_of(scripted, [["a"]])
    with pytest.raises(pydantic.ValidationError, match="next_token"):
        iterate(service, starting_token=token)
    assert service.sent == []


@pytest.mark.parametrize("max_items", [2.5, float("nan"), float("inf")])
def test_a_part_of_an_item_is_refused(scripted: Any, max_items: Any) -> None:
    """A number that a count never reaches would never stop."""
    with pytest.raises(ValueError, match="max_items"):
        iterate(service_of(scripted, [["a"]]), max_items=max_items)


def test_a_negative_number_of_items_is_refused(scripted: Any) -> None:
    """A negative number of items is refused."""
    with pytest.raises(ValueError, match="max_items"):
        iterate(service_of(scripted, [["a"]]), max_items=-1)
