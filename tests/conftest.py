"""How all tests run; the fixtures that tests of several folders share are in `fixtures`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import botocore
import pytest
from botocore.exceptions import ParamValidationError
from botocore.model import NoShapeFoundError, OperationNotFoundError
from hypothesis import settings

from sesinsights.drivers.botocore_versions import is_complete
from sesinsights.errors import BotocoreTooOldError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

pytest_plugins = [
    "sesinsights.testing.pytest_plugin",
    "tests.fixtures.botocore_once",
    "tests.fixtures.clients",
    "tests.fixtures.endpoints",
    "tests.fixtures.scripted",
    "tests.fixtures.wire",
]

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Skip what fails because the installed botocore is too old to know what is tested."""
    try:
        yield
    except Exception as error:
        if not is_complete() and _asks_too_much(error):
            pytest.skip(f"botocore {botocore.__version__} does not know what is tested")
        raise


def _asks_too_much(error: BaseException | None) -> bool:
    match error:
        case None:
            return False
        case BotocoreTooOldError() | OperationNotFoundError() | NoShapeFoundError():
            return True
        case ParamValidationError() | ValueError():
            told = ("Unknown parameter", "has no operation", "does not have method")
            return any(words in str(error) for words in told)
        case _:
            return _asks_too_much(error.__cause__ or error.__context__)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector the tests themselves, which live as long as the process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(2_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait longest for other processes, while others run."""
    items.sort(
        key=lambda item: not (item.path.match("examples/*") or item.get_closest_marker("timeout"))
    )


@pytest.fixture(scope="session", autouse=True)
def _modules_stay_compiled() -> Iterator[None]:
    """Let processes that tests start compile each module once, as for an installed package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield
