"""The options of an emulator, and what is random about it."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field

from sesinsights.arguments import check_flags, checked_seconds, is_whole_number

_LONGEST = 1e9
"""The largest number of seconds in an option, some 30 years, which can be added to any date."""


@dataclass(slots=True)
class Options:
    """The options of an emulator, and its source of identifiers.

    Attributes:
        vdm_enabled: Whether Virtual Deliverability Manager is on.
        production_access: Whether the account has left the sandbox.
        job_seconds: How long a job takes.
        created_seconds: How much of that time its status is CREATED.
        link_seconds: How long a download link is valid.
        max_running_jobs: How many export jobs may be unfinished at once.
        seed: Makes identifiers and samples the same in every run.

    Raises:
        ValueError: A number is negative, not finite or of another type.
        TypeError: What is not a number is neither True nor False.
    """

    vdm_enabled: bool
    production_access: bool
    job_seconds: float
    created_seconds: float
    link_seconds: float
    max_running_jobs: int
    seed: int
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        check_flags(vdm_enabled=self.vdm_enabled, production_access=self.production_access)
        for name in ("job_seconds", "created_seconds", "link_seconds"):
            checked_seconds(name, getattr(self, name), _LONGEST)
        if not is_whole_number(self.max_running_jobs) or self.max_running_jobs < 0:
            message = "max_running_jobs must be a whole number that is not negative"
            raise ValueError(f"{message}, but it is {self.max_running_jobs!r}")
        if not is_whole_number(self.seed):
            raise ValueError(f"seed must be a whole number, not {self.seed!r}")
        self._random = random.Random(self.seed)  # noqa: S311 - identifiers, not secrets

    def new_id(self) -> str:
        """Return an identifier that was never given out."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def sampler(self, name: str) -> random.Random:
        """Return a source of randomness that depends on the seed and this name only."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a sample, not a secret
