"""Where answers go: to standard output, or through the pager of whoever sits at the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Outlet", "pager_command", "takes_any_character"]

_USUAL_PAGER = "less"
_LESS_OPTIONS = "FRX"


def pager_command(profile: dict[str, str]) -> list[str]:
    """Return the command of the pager, as the AWS CLI finds it; nothing where there is none.

    Args:
        profile: The values of the profile in the AWS configuration.

    Raises:
        InvalidConfigError: It is no command.
    """
    choices = (os.environ.get("AWS_PAGER"), profile.get("cli_pager"), os.environ.get("PAGER"))
    chosen = next((choice for choice in choices if choice is not None), None)
    if chosen is None:
        chosen = _USUAL_PAGER if shutil.which(_USUAL_PAGER) else ""
    try:
        return shlex.split(chosen)
    except ValueError as error:
        raise _wrong(chosen, str(error)) from error


def takes_any_character() -> bool:
    """Tell whether standard output takes what is not ASCII."""
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")


class Outlet:
    """Takes text piece by piece, and starts a pager with the first.

    Args:
        pager: The command of the pager; there is none when it is empty.
    """

    def __init__(self, pager: list[str]) -> None:
        self._command = pager
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def write(self, text: str) -> None:
        """Show text.

        Raises:
            BrokenPipeError: Whoever reads has enough.
            InvalidConfigError: The pager does not start.
        """
        if not self._command:
            if not takes_any_character():
                encoding = sys.stdout.encoding
                text = text.encode(encoding, "backslashreplace").decode(encoding)
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        if self._process is None:
            self._process = self._start()
        if self._process.stdin:
            self._process.stdin.write(text)
            self._process.stdin.flush()

    def _start(self) -> subprocess.Popen[str]:
        environment = {"LESS": _LESS_OPTIONS, **os.environ}
        try:
            return subprocess.Popen(  # noqa: S603 - the pager that the user chose
                self._command, stdin=subprocess.PIPE, env=environment, encoding="utf-8"
            )
        except OSError as error:
            raise _wrong(self._command[0], error.strerror or str(error)) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Wait until the pager is left; leaving it early is no error."""
        if self._process is None:
            return False
        # Ctrl-C is the pager's: it ends a search, not the pager.
        on_interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._process.communicate()
        finally:
            signal.signal(signal.SIGINT, on_interrupt)
        return isinstance(error, BrokenPipeError)


def _wrong(pager: str, problem: str) -> Exception:
    from botocore.exceptions import InvalidConfigError

    said = f"the pager {pager!r} does not start: {problem}. Name another, or none, in AWS_PAGER"
    return InvalidConfigError(error_msg=said)
