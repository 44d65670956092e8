"""The names of configuration sets and of what belongs to them, for both APIs, and of tenants."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from sesinsights.models.fields import Length
from sesinsights.models.shape import read_from_service


@dataclass(frozen=True)
class _Characters:
    """Which characters a user may give."""

    allowed: str
    said: str

    def __call__(self, value: str, info: ValidationInfo) -> str:
        if not read_from_service(info) and not re.fullmatch(f"[{self.allowed}]*", value):
            raise ValueError(f"may only contain ASCII letters, digits, {self.said}")
        return value


PLAIN = _Characters(r"a-zA-Z0-9_\-", "_ and -")

ConfigurationSetName = Annotated[str, Length(1, 64), AfterValidator(PLAIN)]
EventDestinationName = Annotated[str, Length(1, 64), AfterValidator(PLAIN)]
TenantName = Annotated[str, Length(1, 64), AfterValidator(PLAIN)]
DimensionName = Annotated[
    str, Length(1, 256), AfterValidator(_Characters(r"a-zA-Z0-9_\-:", "_, - and :"))
]
DimensionValue = Annotated[
    str, Length(1, 256), AfterValidator(_Characters(r"a-zA-Z0-9_\-@.", "_, -, @ and ."))
]
