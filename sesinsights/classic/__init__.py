"""SES API v1: templates, templated sending and event destinations."""

from __future__ import annotations

from sesinsights.classic.client import SESClassic
from sesinsights.classic.sending import BulkSendResult
from sesinsights.models import classic as models

__all__ = ["BulkSendResult", "SESClassic", "models"]
