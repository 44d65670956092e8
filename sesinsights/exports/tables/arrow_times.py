"""Times that pyarrow reads from texts.

Importing this needs the extra `arrow`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import compute


def times_of_texts(texts: pa.Array[Any], type_: pa.DataType) -> pa.Array[Any]:
    """Return texts as times.

    Raises:
        ArrowInvalid: One is not a time, or is not in the years 1 to 9999 in UTC, which are all
            that `datetime` has: pyarrow reads others, too, but cannot return them.
    """
    times = texts.cast(type_)
    try:
        compute.min_max(times).as_py()
    except OverflowError as error:
        raise pa.ArrowInvalid(str(error)) from None
    return times
