"""Every shape that the operations take and answer with, as an immutable pydantic model.

Named as the service model names them, with members in snake_case. `from_service` reads an
answer, `model_dump(by_alias=True)` gives the wire form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import collect_on_first_use

if TYPE_CHECKING:
    from sesinsights.models.account import *
    from sesinsights.models.configuration_sets import *
    from sesinsights.models.dictionaries import *
    from sesinsights.models.email_address_insights import *
    from sesinsights.models.enums import *
    from sesinsights.models.event_destinations import *
    from sesinsights.models.export_jobs import *
    from sesinsights.models.export_sources import *
    from sesinsights.models.import_jobs import *
    from sesinsights.models.jobs import *
    from sesinsights.models.message_insights import *
    from sesinsights.models.metrics import *
    from sesinsights.models.reasons import *
    from sesinsights.models.reputation import *
    from sesinsights.models.suppression import *

    __all__: list[str]
else:
    __getattr__, __dir__ = collect_on_first_use(__name__)
