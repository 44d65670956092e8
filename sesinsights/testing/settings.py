"""What the parts of an emulator share."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.clock import Clock

__all__ = ["Settings"]


@dataclass(slots=True)
class Settings:
    """The options of an emulator, its clock and its source of identifiers.

    Attributes:
        clock: What time it is.
        vdm_enabled: Whether Virtual Deliverability Manager is on.
        job_seconds: How long a job takes.
        link_seconds: How long a download link lives.
        max_running_jobs: How many export jobs may be unfinished at once.
        seed: Makes identifiers and samples the same in every run.
        endpoint_url: Where the emulator listens; empty while it does not.
    """

    clock: Clock
    vdm_enabled: bool
    job_seconds: float
    link_seconds: float
    max_running_jobs: int
    seed: int
    endpoint_url: str = ""
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - identifiers, not secrets

    def now(self) -> datetime:
        """Return the date and time by the emulator's clock."""
        return self.clock.now()

    def new_id(self) -> str:
        """Return an identifier that was never given out."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def sampler(self, name: str) -> random.Random:
        """Return a source of randomness that depends on the seed and this name only."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a sample, not a secret
