"""Objects of message insights as columns, without a dictionary for each.

Importing this requires msgspec. Anything unusual is left to the slower parser.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import astuple

from sesinsights.exports.files.records import MESSAGE_INSIGHTS_COLUMNS

if TYPE_CHECKING:
    from sesinsights.exports.files.conversion import Make, RowT

_Row: Any = msgspec.defstruct(
    "_Row",
    [(name, str | None, None) for name in MESSAGE_INSIGHTS_COLUMNS],
    gc=False,
    forbid_unknown_fields=True,
)
_decoder = msgspec.json.Decoder(list[_Row])


def message_insights_of_json(make: Make[RowT], text: str) -> list[RowT]:
    """Return the values that `make` makes from the objects of an array.

    Args:
        make: Makes values from columns, as `records_of_texts` does.
        text: The array.

    Raises:
        ValueError: An object is unusual or bad.
    """
    try:
        rows = _decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError("an object is unusual or bad") from error
    values = list(chain.from_iterable(map(astuple, rows)))
    width = len(MESSAGE_INSIGHTS_COLUMNS)
    columns = [values[place::width] for place in range(width)]
    return make([column if any(column) else None for column in columns], [{} for _ in rows])
