"""Differences, reasons and names that the models of both APIs declare."""

from __future__ import annotations

QUOTES_ADDRESSES = "What it says often quotes a recipient's address."
EMPTY_TOKEN = "The service refuses an empty token."
DOCUMENTED = "Only the member's documentation says so."
EMPTY_NAME = "Nothing has an empty name or address."
PEOPLE = "It holds mail addresses."
HIDDEN = "is hidden, but not sensitive"
NOT_EMPTY = "is limited to 1 or more, at the service to anything"
UP_TO_64 = "is limited to 1 to 64, at the service to anything"
UP_TO_100 = "is limited to 1 to 100, at the service to anything"
UP_TO_256 = "is limited to 1 to 256, at the service to anything"
PLAIN_CHARACTERS = "has the check _ and -"
