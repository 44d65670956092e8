"""Every shape of the v1 operations, named as the service model names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import collect_on_first_use

if TYPE_CHECKING:
    from sesinsights.models.classic.configuration_sets import *
    from sesinsights.models.classic.dictionaries import *
    from sesinsights.models.classic.enums import *
    from sesinsights.models.classic.sending import *
    from sesinsights.models.classic.templates import *

    __all__: list[str]
else:
    __getattr__, __dir__ = collect_on_first_use(__name__)
