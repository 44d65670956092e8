"""Pacing: when a call may be sent, so that all callers together stay within the service's limits.

A pacer grants slots and never sleeps: a caller waits once, until its slot comes. Slots are granted
in the order of the requests. Callers that share a pacer's store share its pace:

    LocalPacer()                                    the threads of a process; the default
    FilePacer("/run/lock/ses.pace")                 all processes of a host
    RedisPacer.from_url("redis://cache.internal")   all hosts; needs the extra `redis`

Pass one to a client as `pacer=`. To use any other store, implement the protocol `Pacer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.pacing.file import FilePacer
    from sesinsights.pacing.local import LocalPacer, default_pacer
    from sesinsights.pacing.protocol import Pacer, Reservation
    from sesinsights.pacing.redis import RedisPacer

# Written by `python -m tools.generate` from the imports above.
__all__ = ["FilePacer", "LocalPacer", "Pacer", "RedisPacer", "Reservation", "default_pacer"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "FilePacer": "sesinsights.pacing.file",
            "LocalPacer": "sesinsights.pacing.local",
            "Pacer": "sesinsights.pacing.protocol",
            "RedisPacer": "sesinsights.pacing.redis",
            "Reservation": "sesinsights.pacing.protocol",
            "default_pacer": "sesinsights.pacing.local",
        },
    )
