"""Lists go over all pages, and on from where they were left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import SESInsights, errors, models
from tests.clients.calls import statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.testing import SESEmulator


def test_a_list_never_stops_at_page_one(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A list goes over all pages, also over an empty one in between."""
    newest_first = ses_emulator.add_export_jobs(250)[::-1]
    ses_emulator.faults.empty_page("ListExportJobs")
    jobs = [job.job_id for job in ses.iter_export_jobs(page_size=100)]
    assert jobs == newest_first
    assert statuses(ses_emulator, "ListExportJobs") == [200] * 4


def test_a_list_goes_on_in_another_process(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A resume token is text that carries the place, also in the middle of a page."""
    newest_first = ses_emulator.add_export_jobs(25)[::-1]
    iterator = ses.iter_export_jobs(page_size=10, max_items=13)
    before = [job.job_id for job in iterator]
    token = iterator.resume_token
    assert isinstance(token, str)
    after = [job.job_id for job in ses.iter_export_jobs(page_size=10, starting_token=token)]
    assert before + after == newest_first


def test_lists_take_filters(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Filters apply to pages and to items."""
    ses_emulator.add_export_job(job_id="failed", job_status="FAILED")
    ses_emulator.add_export_job(job_id="done")
    failed = models.JobStatus.FAILED
    assert [job.job_id for job in ses.iter_export_jobs(job_status=failed)] == ["failed"]
    assert [job.job_id for job in ses.list_export_jobs(job_status=failed).export_jobs] == ["failed"]


@pytest.mark.parametrize("what", ["items", "pages"])
def test_a_list_goes_on_after_an_error(
    ses: SESInsights, ses_emulator: SESEmulator, what: str
) -> None:
    """A request that failed is made again by the next step, and nothing is lost or repeated."""
    ses_emulator.add_export_jobs(30)
    items = ses.iter_export_jobs(page_size=10)
    steps: Iterator[Any] = items if what == "items" else items.pages()
    taken = [next(steps) for _ in range(10 if what == "items" else 1)]
    ses_emulator.faults.access_denied("ListExportJobs")
    with pytest.raises(errors.AccessDeniedError):
        next(steps)
    taken += steps
    pages = [[entry] if what == "items" else entry.export_jobs for entry in taken]
    ids = [job.job_id for page in pages for job in page]
    assert len(ids) == len(set(ids)) == 30
