"""What stands for a person or opens a file, and is shown nowhere."""

from __future__ import annotations

ADDRESS = "jane.doe@example.com"
SUBJECT = "Your order 4711"
LINK = "https://bucket.s3.amazonaws.com/file.csv?X-Amz-Signature=c0ffee"
