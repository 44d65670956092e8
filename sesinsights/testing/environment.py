"""The environment of AWS SDKs while an emulator runs."""

from __future__ import annotations

import os
import threading

from sesinsights.forks import renew_in_child

_LOOPBACK = "127.0.0.1"


class _SdkEnvironment:
    """An environment in which SDKs reach an emulator, as long as one runs in this process.

    An SDK signs every request, and without credentials it asks a cloud's metadata service for them;
    so placeholders are set, unless the environment names an access key or a profile. An SDK also
    sends everything to the proxy in the environment; so requests to this machine are excluded.
    """

    def __init__(self) -> None:
        self._users = 0
        self._lent: dict[str, str] = {}
        self._before: dict[str, str | None] = {}
        self._lock = threading.Lock()
        renew_in_child(self, _lock=threading.Lock)

    def enter(self) -> None:
        """Count one more emulator; the first changes the environment."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._lent = {**_placeholder_credentials(), **_proxy_exceptions()}
                self._before = {name: os.environ.get(name) for name in self._lent}
                os.environ.update(self._lent)

    def leave(self) -> None:
        """Count one emulator less; the last restores variables that have not been changed since."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for name, value in self._before.items():
                if os.environ.get(name) != self._lent[name]:
                    continue
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _placeholder_credentials() -> dict[str, str]:
    named_by = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    if any(os.environ.get(name) for name in named_by):
        return {}
    return {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def _proxy_exceptions() -> dict[str, str]:
    # Who reads both spellings prefers the lower case, so a new one must not hide the other.
    upper, lower = os.environ.get("NO_PROXY"), os.environ.get("no_proxy")
    return {
        "NO_PROXY": _with_loopback(lower if upper is None else upper),
        "no_proxy": _with_loopback(upper if lower is None else lower),
    }


def _with_loopback(hosts: str | None) -> str:
    if not hosts:
        return _LOOPBACK
    names = [name.strip() for name in hosts.split(",")]
    # A star stands for every host only where it stands alone.
    return hosts if names == ["*"] or _LOOPBACK in names else f"{hosts},{_LOOPBACK}"


SDK_ENVIRONMENT = _SdkEnvironment()
