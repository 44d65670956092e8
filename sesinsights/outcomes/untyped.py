"""Ibis without types, because its own contradict each other for columns and values.

Importing this needs the extra `report`. The names only document the intent.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeAlias

ibis: Any = import_module("ibis")

Table: TypeAlias = Any
BooleanValue: TypeAlias = Any
IntegerScalar: TypeAlias = Any
IntegerValue: TypeAlias = Any
StringValue: TypeAlias = Any
TimestampValue: TypeAlias = Any
