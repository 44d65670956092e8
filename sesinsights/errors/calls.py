"""The errors of calls without a complete response; `sesinsights.errors` shows the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.errors.service import SESInsightsError, redacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sesinsights.metrics.series import MetricSeriesList
    from sesinsights.models.enums import MetricDimensionNameInput
    from sesinsights.models.metrics import BatchGetMetricDataQuery, MetricDataError


class BotocoreTooOldError(SESInsightsError):
    """The installed botocore does not know the operation or one of its members; nothing was sent.

    Attributes:
        operation: The operation that was called.
        member: The member that botocore lacks, by its wire name; None when it lacks the operation.
    """

    def __init__(self, operation: str, member: str | None, installed: str, needed: str) -> None:
        self.operation = operation
        self.member = member
        lacks = f"the member {redacted(member)}" if member else "the operation"
        super().__init__(
            f"{operation}: the installed botocore {installed} does not know {lacks}. "
            f"Install a newer version: pip install --upgrade '{needed}'."
        )


class TransportError(SESInsightsError):
    """No response came back: the connection failed, broke or timed out.

    Attributes:
        operation: The operation that was called.
        attempts: How many requests were tried before giving up.
        maybe_delivered: Whether the service may have received the request. If so, an operation that
            creates something is not retried: check whether it took effect before you repeat it.
        is_unreachable: Whether no connection could be made: the endpoint refused it, its name is
            unknown, or its certificate is not trusted.
    """

    def __init__(
        self,
        operation: str,
        reason: str,
        *,
        maybe_delivered: bool,
        attempts: int = 1,
        is_unreachable: bool = False,
    ) -> None:
        self.operation = operation
        self.attempts = attempts
        self.maybe_delivered = maybe_delivered
        self.is_unreachable = is_unreachable
        outcome = "may or may not have been carried out" if maybe_delivered else "was not sent"
        tries = f" after {attempts} attempts" if attempts > 1 else ""
        super().__init__(f"{operation} {outcome}{tries}: {redacted(reason)}")


class MetricsIncompleteError(SESInsightsError):
    """Some of the metric queries failed; their values are unknown, not 0.

    Attributes:
        series: The series of the queries that succeeded.
        queries: The queries that failed.
        errors: The service's error for each of them; None if it gave none.
    """

    def __init__(
        self,
        series: MetricSeriesList,
        queries: Sequence[BatchGetMetricDataQuery],
        errors: Sequence[MetricDataError | None],
    ) -> None:
        self.series = series
        self.queries = queries
        self.errors = errors
        each = [
            f"{query.metric}{_of(query.dimensions)}: {(error and error.code) or 'no response'}"
            for query, error in zip(queries, errors, strict=True)
        ]
        named = "; ".join(each[:_NAMED_QUERIES])
        more = len(each) - _NAMED_QUERIES
        super().__init__(
            f"{len(each)} of {len(each) + len(series)} metrics could not be read ({named}"
            f"{f'; and {more} more' if more > 0 else ''}). The others are in .series."
        )


_NAMED_QUERIES = 3


def _of(dimensions: Mapping[MetricDimensionNameInput, str] | None) -> str:
    values = ", ".join(f"{name}={redacted(value)}" for name, value in (dimensions or {}).items())
    return f" of {values}" if values else ""


class PaginationError(SESInsightsError):
    """Iteration cannot continue: the list repeats itself, or the resume position no longer exists.

    Attributes:
        operation: The operation whose pages were read.
        resume_token: Where to resume, as a `starting_token`: the start of a page, so some of its
            items may have been returned before. None for the first page.
    """

    def __init__(self, operation: str, resume_token: str | None, problem: str) -> None:
        self.operation = operation
        self.resume_token = resume_token
        super().__init__(
            f"{operation} {problem} .resume_token is the start of the page to resume from."
        )


class PaceTimeoutError(SESInsightsError):
    """The next slot is later than the caller agreed to wait; nothing was sent.

    Attributes:
        key: The key of the pace, which names the calls that share it.
        wait: How long the wait would have been, in seconds.
    """

    def __init__(self, key: str, wait: float, max_wait: float) -> None:
        self.key = key
        self.wait = wait
        super().__init__(
            f"The next call of {key} may be sent in {wait:.1f} seconds, "
            f"but the longest wait allowed is {max_wait:g}."
        )


class PacingStoreError(SESInsightsError):
    """The store of the shared pace cannot be used, so no call may be sent; nothing was sent.

    Attributes:
        store: The kind of store and where it is.
    """

    def __init__(self, store: str, problem: str, advice: str) -> None:
        self.store = store
        super().__init__(f"The pace cannot be shared through {store}: {problem}. {advice}")
