"""The asyncio clients are the synchronous ones with `async`, `await` and other names."""

from __future__ import annotations

from tools.twins import twin

SYNC = '''
from collections.abc import Iterator
from sesinsights.clients.facade import Facade
from sesinsights.drivers.threads import ThreadDriver

class Things(Facade):
    """Things, as `Things` has them for the next test; not for sharing between threads."""

    def get(self, message_ids: Iterable[str]) -> Iterator[str]:
        return self._call(GET, next(self._ids))

    def both(self) -> str:
        return self.get([]) + self.plain()

    def plain(self) -> str:
        return download(self)

    def write(self, path: str) -> None:
        self._block(save, self._exported(), path)

    def __iter__(self) -> Iterator[str]:
        return self._read()

    def __next__(self) -> None:
        raise StopIteration
'''

ASYNC = '''
from collections.abc import AsyncIterable, AsyncIterator
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.drivers.event_loop import AsyncDriver

class AsyncThings(AsyncFacade):
    """Things, as `AsyncThings` has them for the next test; not for sharing between tasks."""

    async def get(self, message_ids: Iterable[str] | AsyncIterable[str]) -> AsyncIterator[str]:
        return await self._call(GET, await anext(self._ids))

    async def both(self) -> str:
        return await self.get([]) + self.plain()

    def plain(self) -> str:
        return download(self)

    async def write(self, path: str) -> None:
        await self._block(save, await self._exported(), path)

    def __aiter__(self) -> AsyncIterator[str]:
        return self._read()

    async def __anext__(self) -> None:
        raise StopAsyncIteration
'''


def test_a_method_is_a_coroutine_where_it_waits() -> None:
    """It waits by calling the driver, what blocks, or another method that does; names follow."""
    assert twin(SYNC, {"Facade", "Things"}) == ASYNC
