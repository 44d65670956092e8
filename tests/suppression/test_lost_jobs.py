"""Import jobs are created once, and found again wherever the service lists them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import errors
from sesinsights.suppression.importing import Bucket, import_list
from sesinsights.testing import FakeClock, S3Files

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = FakeClock().now()
LISTED = {"JobStatus": "COMPLETED", "CreatedTimestamp": NOW}
OURS = "ours"


class ListOfJobs:
    """A service that creates a job, loses the response, and lists jobs in an order of its own.

    Args:
        refusal: Makes errors as botocore raises them.
        pages: The ids of each page, and how old each job is.
    """

    def __init__(
        self, refusal: Callable[..., Exception], pages: list[dict[str, timedelta]]
    ) -> None:
        self.files = S3Files()
        self.created = 0
        self.asked: list[str] = []
        self._refusal = refusal
        self._pages = pages

    def reply(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Answer a call by what it asks."""
        if "ImportDestination" in parameters:
            self.created += 1
            code = "InternalServiceErrorException"
            raise self._refusal(code, 500)
        if "JobId" in parameters:
            return self._job(parameters["JobId"])
        number = int(parameters.get("NextToken", 0))
        jobs = [
            {**LISTED, "JobId": job_id, "CreatedTimestamp": NOW - age}
            for job_id, age in self._pages[number].items()
        ]
        is_last = number + 1 == len(self._pages)
        return (
            {"ImportJobs": jobs} if is_last else {"ImportJobs": jobs, "NextToken": str(number + 1)}
        )

    def _job(self, job_id: str) -> dict[str, Any]:
        self.asked.append(job_id)
        url = self.files.urls[0] if job_id == OURS else "s3://lists/other.csv"
        source = {"S3Url": url, "DataFormat": "CSV"}
        return {**LISTED, "JobId": job_id, "ImportDataSource": source, "ProcessedRecordsCount": 1}

    def run(self, scripted: Any) -> Any:
        """Import one address."""
        service = scripted(self.reply)
        return service.run(
            import_list(
                service.pipeline,
                ["a@example.com"],
                Bucket(self.files, "lists", ""),
                action="PUT",
                reason="BOUNCE",
                timeout=60,
                on_update=None,
            )
        )


def test_a_lost_job_is_found_in_any_order(scripted: Any, refusal: Any) -> None:
    """It may stand behind older jobs, on a later page; jobs of other times are not looked into."""
    fresh, old = timedelta(), timedelta(days=1)
    service = ListOfJobs(refusal, [{"old": old, "other": fresh}, {}, {"older": old, OURS: fresh}])
    done = service.run(scripted)
    assert [job.job_id for job in done.jobs] == [OURS]
    assert (service.created, service.asked[:2]) == (1, ["other", OURS])


def test_a_lost_job_that_is_nowhere_is_not_created_again(scripted: Any, refusal: Any) -> None:
    """The error is that of the creation, after the list was searched for a minute."""
    service = ListOfJobs(refusal, [{"other": timedelta()}])
    with pytest.raises(errors.InternalServiceError) as lost:
        service.run(scripted)
    assert service.created == 1
    assert service.asked == ["other"] * 4
    assert service.files.urls[0] in lost.value.__notes__[0]
