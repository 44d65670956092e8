"""How many calls a second the emulator accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PaceLimits"]

_NANOSECOND_DIGITS = 9
"""Times are compared to the nanosecond, so that the rounding of floats refuses nobody."""


class PaceLimits:
    """Accepts no two calls of an operation closer together than its rate allows.

    Args:
        rates: Calls a second by operation; None, or no entry, is unlimited.
    """

    def __init__(self, rates: Mapping[str, float | None]) -> None:
        self._gaps = {operation: 1 / rate for operation, rate in rates.items() if rate}
        self._accepted: dict[str, float] = {}

    def admit(self, operation: str, arrived: float) -> bool:
        """Tell whether a call is accepted; one that is refused does not move the slot.

        Args:
            operation: The operation's name.
            arrived: When the call came, in seconds of a monotonic clock.
        """
        gap = self._gaps.get(operation)
        if gap is None:
            return True
        last = self._accepted.get(operation)
        if last is not None and round(arrived - last, _NANOSECOND_DIGITS) < gap:
            return False
        self._accepted[operation] = arrived
        return True
