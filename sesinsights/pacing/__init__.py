"""When a call may leave, so that everyone together keeps the service's pace.

A pacer hands out slots and never sleeps: its callers wait once, until their slot comes. Slots are
granted in the order in which they are asked for. Who shares a pacer's store shares its pace:

    LocalPacer()                                    the threads of a process; the default
    FilePacer("/run/lock/ses.pace")                 all processes of a host
    RedisPacer.from_url("redis://cache.internal")   all hosts; needs the extra `redis`

Each is given to a client as `pacer=`. Any other store serves as well, behind the protocol `Pacer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.pacing.file import FilePacer
    from sesinsights.pacing.local import LocalPacer, default_pacer
    from sesinsights.pacing.protocol import Pacer, Reservation
    from sesinsights.pacing.redis import RedisPacer

__all__ = ["FilePacer", "LocalPacer", "Pacer", "RedisPacer", "Reservation", "default_pacer"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "FilePacer": "file",
            "LocalPacer": "local",
            "Pacer": "protocol",
            "RedisPacer": "redis",
            "Reservation": "protocol",
            "default_pacer": "local",
        },
    )
