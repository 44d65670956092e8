"""Ibis without types: its own contradict each other where columns meet values and each other.

Importing this needs the extra `report`. The names only say what is meant.
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
