"""What a user is told who may not build a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


def refusal(shape: type[Shape], **members: Any) -> str:
    """Return what a user is told who may not build this."""
    with pytest.raises(ValidationError) as caught:
        shape(**members)
    return str(caught.value)
