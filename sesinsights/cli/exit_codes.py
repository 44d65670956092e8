"""The exit codes of a run: those of the AWS CLI. 0 is success."""

from __future__ import annotations

INTERRUPTED = 130
BAD_INPUT = 252
BAD_CONFIGURATION = 253
REFUSED = 254
OTHER = 255
