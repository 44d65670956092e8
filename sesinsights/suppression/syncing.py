"""Makes a suppression list match a wanted one: first a plan, then, on request, its changes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sesinsights import models
from sesinsights.arguments import check_callback, check_flags, checked_member, checked_seconds
from sesinsights.errors import BadRequestError, NotFoundError
from sesinsights.flows.flow import Run
from sesinsights.flows.operations import (
    DELETE_SUPPRESSED_DESTINATION,
    LIST_SUPPRESSED_DESTINATIONS,
    PUT_SUPPRESSED_DESTINATION,
)
from sesinsights.flows.pages import PageCursor
from sesinsights.suppression.comparison import Comparison
from sesinsights.suppression.importing import AddressImport, import_addresses
from sesinsights.suppression.sandbox import explain_by_sandbox
from sesinsights.suppression.wanted import ListedAddress, read_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.operation import Operation
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.suppression.importing import Bucket
    from sesinsights.suppression.wanted import AddressSource

MOST_CALLS = 500
"""The most addresses to change by calls if import jobs can be used, which take minutes each."""

_PUT = models.SuppressionListImportAction.PUT
_DELETE = models.SuppressionListImportAction.DELETE


@dataclass(frozen=True, slots=True)
class FailedChange:
    """An address that could not be put on the list or removed; its repr hides it.

    Attributes:
        email_address: The address.
        action: `PUT` or `DELETE`.
        problem: Why the change failed, without the address.
        error: The error of the call; None if no call was made.
    """

    email_address: str = field(repr=False)
    action: models.SuppressionListImportAction
    problem: str
    error: BadRequestError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionSync:
    """How a suppression list differs from the wanted one, and what was changed.

    The addresses stay on the disk as long as this object exists; its repr only counts them.

    Attributes:
        additions: The addresses that are wanted but missing, each with the reason that it gets.
        changes: The addresses that are listed for another reason, each with the wanted one.
        removals: The addresses to remove; empty unless `remove` was set.
        extra: The addresses that are listed but not wanted, whether they are removed or stay.
        unchanged: How many addresses are listed exactly as wanted.
        applied: Whether the changes were made; if not, this is only a plan.
        imports: The results of the import jobs that made changes.
        failures: The changes that calls could not make; the addresses that import jobs could not
            import are in `imports`.
    """

    additions: Sequence[ListedAddress]
    changes: Sequence[ListedAddress]
    removals: Sequence[ListedAddress]
    extra: Sequence[ListedAddress]
    unchanged: int
    applied: bool = False
    imports: Sequence[AddressImport] = ()
    failures: Sequence[FailedChange] = ()

    @override
    def __str__(self) -> str:
        failed = len(self.failures) + sum(each.failed_records_count for each in self.imports)
        # A job does not say of each failed address what was to happen to it.
        verbs = (
            ("added", "changed", "removed")
            if self.applied and not failed
            else ("to add", "to change", "to remove")
        )
        sizes = map(len, (self.additions, self.changes, self.removals))
        parts = [f"{size:,} {verb}" for size, verb in zip(sizes, verbs, strict=True)]
        stay = len(self.extra) - len(self.removals)
        parts.append(f"{self.unchanged:,} as wanted")
        if stay:
            parts.append(f"{stay:,} not wanted but kept")
        return ", ".join(parts) + (f"; applied, {failed:,} failed" if failed else "")


def sync_list(
    pipeline: Pipeline,
    source: AddressSource,
    *,
    tenant_name: str | None,
    reason: models.SuppressionListReasonInput,
    apply: bool,
    remove: bool,
    bucket: Bucket | None,
    timeout: float,
    on_update: Callable[[models.GetImportJobResponse], object] | None,
) -> Flow[SuppressionSync]:
    """Return the flow that compares a wanted list with the service's, which `apply` changes.

    Raises:
        ValueError: An argument is not valid, or a bucket is given for a tenant's list.
        TypeError: `apply` or `remove` is neither True nor False.
        pydantic.ValidationError: The tenant's name is empty.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    checked_seconds("timeout", timeout)
    check_callback("on_update", on_update)
    check_flags(apply=apply, remove=remove)
    if tenant_name is not None and bucket is not None:
        raise ValueError(
            "import jobs can change only the account's list: leave out s3_client and bucket for a "
            "tenant's list"
        )
    request = models.ListSuppressedDestinationsRequest(tenant_name=tenant_name)
    sync = _Sync(pipeline, tenant_name, bucket, timeout, on_update)
    return sync.run(
        read_addresses(source),
        request,
        default_reason=str(checked_member("reason", reason, models.SuppressionListReason)),
        apply=apply,
        remove=remove,
    )


@dataclass(frozen=True, slots=True)
class _Sync:
    pipeline: Pipeline
    tenant_name: str | None
    bucket: Bucket | None
    timeout: float
    on_update: Callable[[models.GetImportJobResponse], object] | None

    def run(
        self,
        wanted: Iterable[ListedAddress],
        request: models.ListSuppressedDestinationsRequest,
        *,
        default_reason: str,
        apply: bool,
        remove: bool,
    ) -> Flow[SuppressionSync]:
        comparison = Comparison()
        yield from Run(partial(comparison.add_wanted, wanted))
        cursor = PageCursor(
            self.pipeline,
            LIST_SUPPRESSED_DESTINATIONS,
            request,
            starting_token=None,
            max_items=None,
        )
        while (page := (yield from cursor.next_page())) is not None:
            rows = [(e.email_address, str(e.reason)) for e in page.suppressed_destination_summaries]
            yield from Run(partial(comparison.add_listed, rows))
        extra = yield from Run(comparison.extra)
        plan = SuppressionSync(
            additions=(yield from Run(partial(comparison.missing, default_reason))),
            changes=(yield from Run(comparison.different)),
            removals=extra if remove else (),
            extra=extra,
            unchanged=(yield from Run(comparison.unchanged)),
        )
        return (yield from self._apply(plan)) if apply else plan

    def _apply(self, plan: SuppressionSync) -> Flow[SuppressionSync]:
        imports: list[AddressImport] = []
        failures: list[FailedChange] = []
        put = len(plan.additions) + len(plan.changes)
        if self.bucket and put > MOST_CALLS:
            both = chain(plan.additions, plan.changes)
            imports.append((yield from self._by_jobs(self.bucket, _PUT, both)))
        else:
            for each in chain(plan.additions, plan.changes):
                yield from self._put(each, failures)
        if self.bucket and (yield from Run(partial(_needs_jobs, plan.removals))):
            imports.append((yield from self._by_jobs(self.bucket, _DELETE, iter(plan.removals))))
        else:
            for each in plan.removals:
                yield from self._delete(each, failures)
        return replace(plan, applied=True, imports=tuple(imports), failures=tuple(failures))

    def _by_jobs(
        self,
        bucket: Bucket,
        action: models.SuppressionListImportAction,
        addresses: Iterator[ListedAddress],
    ) -> Flow[AddressImport]:
        return (
            yield from import_addresses(
                self.pipeline,
                addresses,
                bucket,
                action=action,
                timeout=self.timeout,
                on_update=self.on_update,
            )
        )

    def _put(self, each: ListedAddress, failures: list[FailedChange]) -> Flow[None]:
        request = models.PutSuppressedDestinationRequest.from_service(
            {"EmailAddress": each.email_address, "Reason": each.reason, **self._tenant()}
        )
        yield from self._change(PUT_SUPPRESSED_DESTINATION, request, each, _PUT, failures)

    def _delete(self, each: ListedAddress, failures: list[FailedChange]) -> Flow[None]:
        if "/" in each.email_address:
            problem = "only an import job can remove an address with a slash"
            failures.append(FailedChange(each.email_address, _DELETE, problem))
            return
        request = models.DeleteSuppressedDestinationRequest.from_service(
            {"EmailAddress": each.email_address, **self._tenant()}
        )
        # It may be gone already, for example after a lost response.
        with suppress(NotFoundError):
            yield from self._change(DELETE_SUPPRESSED_DESTINATION, request, each, _DELETE, failures)

    def _change(
        self,
        operation: Operation[Any, Any],
        request: Any,
        each: ListedAddress,
        action: models.SuppressionListImportAction,
        failures: list[FailedChange],
    ) -> Flow[None]:
        """Make a call for one address; an error that concerns this address alone is recorded.

        Raises:
            BadRequestError: The account is in the sandbox, where every change is refused.
        """
        try:
            yield from self.pipeline.call(operation, request)
        except BadRequestError as error:
            if not failures and (yield from explain_by_sandbox(self.pipeline, error)):
                raise
            failures.append(FailedChange(each.email_address, action, str(error), error))

    def _tenant(self) -> dict[str, str]:
        return {} if self.tenant_name is None else {"TenantName": self.tenant_name}


def _needs_jobs(removals: Sequence[ListedAddress]) -> bool:
    return len(removals) > MOST_CALLS or any("/" in each.email_address for each in removals)
