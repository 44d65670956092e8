"""Suppression lists: why an address is suppressed, and imports and syncs of whole lists.

The suppression list methods of `SESInsights` return these types. Their reprs show no address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.suppression.failed_records import FailedRecord
    from sesinsights.suppression.importing import AddressImport
    from sesinsights.suppression.lookup import SuppressedAddress
    from sesinsights.suppression.syncing import FailedChange, SuppressionSync
    from sesinsights.suppression.wanted import ListedAddress

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "AddressImport",
    "FailedChange",
    "FailedRecord",
    "ListedAddress",
    "SuppressedAddress",
    "SuppressionSync",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AddressImport": "sesinsights.suppression.importing",
            "FailedChange": "sesinsights.suppression.syncing",
            "FailedRecord": "sesinsights.suppression.failed_records",
            "ListedAddress": "sesinsights.suppression.wanted",
            "SuppressedAddress": "sesinsights.suppression.lookup",
            "SuppressionSync": "sesinsights.suppression.syncing",
        },
    )
