"""All that differs from the service models on purpose, each with the reason."""

from __future__ import annotations

from tests.models.always_sent import ALWAYS_SENT
from tests.models.declared.classic import CLASSIC
from tests.models.declared.insights import INSIGHTS

ERRORS: dict[tuple[str, ...], dict[str, str]] = {
    ("AccessDeniedError",): {
        "no operation has this error": "Every operation answers so, unmodelled.",
    },
    (
        "AccountSuspendedError",
        "SendingPausedError",
    ): {
        "no operation has this error": "Only operations of SES API v2 without a method do.",
    },
    ("DailyQuotaExceededError",): {
        "no operation has this error": "The service answers that it throttles; it does not.",
    },
    ("ThrottledError",): {
        "no operation has this error": "It is the base of what throttling is called.",
    },
    ("VdmNotEnabledError",): {
        "no operation has this error": "The service answers 404 or 400 instead.",
    },
}

DECLARED = {
    of: {
        f"{place}: {difference}": reason
        for places, differing in declared.items()
        for place in places
        for difference, reason in differing.items()
    }
    for of, declared in (("sesv2", INSIGHTS), ("ses", CLASSIC), ("errors", ERRORS))
}
"""How table, models and errors differ from the service models on purpose, and why."""

for _service, _members_always_sent in ALWAYS_SENT.items():
    DECLARED[_service] |= {
        f"{member}: is required by us only": why for member, why in _members_always_sent.items()
    }
