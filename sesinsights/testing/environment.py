"""Placeholder AWS credentials for as long as an emulator runs."""

from __future__ import annotations

import os
import threading

__all__ = ["PLACEHOLDER_CREDENTIALS"]


class _PlaceholderCredentials:
    """Credentials in the environment while at least one emulator of the process runs.

    An SDK signs every request, and one that finds no credentials looks for them in a cloud's
    metadata service. An environment that names an access key or a profile is left alone.
    """

    _values = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}  # noqa: RUF012
    _already_named_by = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")

    def __init__(self) -> None:
        self._users = 0
        self._before: dict[str, str | None] = {}
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Count one more emulator; the first puts the credentials in place."""
        with self._lock:
            self._users += 1
            if self._users == 1 and not any(os.environ.get(n) for n in self._already_named_by):
                self._before = {name: os.environ.get(name) for name in self._values}
                os.environ.update(self._values)

    def leave(self) -> None:
        """Count one emulator less; the last restores the environment."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for name, value in self._before.items():
                if os.environ.get(name) != self._values[name]:
                    continue
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
            self._before = {}


PLACEHOLDER_CREDENTIALS = _PlaceholderCredentials()
