"""Typed, paced, complete answers about the mail you sent with Amazon SES."""

from __future__ import annotations

from sesinsights import errors, models
from sesinsights.classic import SESClassic
from sesinsights.client import SESInsights
from sesinsights.lookups import MessageLookup
from sesinsights.retry import RetryPolicy

__all__ = ["MessageLookup", "RetryPolicy", "SESClassic", "SESInsights", "errors", "models"]
