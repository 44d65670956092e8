"""What the asyncio clients of both APIs share: how they are used and closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from sesinsights.async_driver import AsyncDriver
from sesinsights.facade import BaseFacade

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from botocore.client import BaseClient

    from sesinsights.models.shape import Shape
    from sesinsights.operations import Operation

__all__ = ["AsyncFacade"]

ClientT = TypeVar("ClientT", bound="BaseClient")
RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")


class AsyncFacade(BaseFacade[ClientT, AsyncDriver]):
    """A client for event loops.

    Nothing is built or sent before the first call, and nothing belongs to an event loop. One client
    serves any number of tasks; share it, and use it with `async with` or await `close` at the end.

    Without arguments the Region and the credentials are found as boto3 finds them.
    """

    _driver_type = AsyncDriver

    async def close(self) -> None:
        """Close the connections; a client that was passed in stays open. May be called twice.

        Whatever is called afterwards raises `RuntimeError`.
        """
        await asyncio.to_thread(self._transport.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _call(
        self, operation: Operation[RequestT, ResponseT], request: RequestT
    ) -> ResponseT:
        return await self._driver.run(self._pipeline.call(operation, request))
