"""Files in memory, with the methods of a boto3 client for Amazon S3 that imports need."""

from __future__ import annotations

import io
import threading
from typing import IO, TYPE_CHECKING, Any, Protocol

from sesinsights.forks import renew_in_child

if TYPE_CHECKING:
    from typing_extensions import Buffer


class S3Reader(Protocol):
    """Reads files: a boto3 client for Amazon S3, or `S3Files`."""

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's names
        """Return a response with the file's content as `Body`."""
        ...


class S3Files:
    """Files in memory, used like a boto3 client for Amazon S3.

    An emulator has one as `s3`. Every bucket exists.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()
        renew_in_child(self, _lock=threading.Lock)

    def put_object(self, *, Bucket: str, Key: str, Body: Buffer) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Store a file, in place of one of the same name."""
        with self._lock:
            self._files[Bucket, Key] = bytes(Body)
        return {}

    def upload_fileobj(self, Fileobj: IO[bytes], Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
        """Store the rest of an open file, from its current position."""
        self.put_object(Bucket=Bucket, Key=Key, Body=Fileobj.read())

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Return a response with the file's content as `Body`.

        Raises:
            FileNotFoundError: The file does not exist.
        """
        with self._lock:
            if (Bucket, Key) not in self._files:
                message = "The specified key does not exist."
                raise FileNotFoundError(message)
            return {"Body": io.BytesIO(self._files[Bucket, Key])}

    @property
    def urls(self) -> list[str]:
        """The URL of each file, as `s3://bucket/key`."""
        with self._lock:
            return [f"s3://{bucket}/{key}" for bucket, key in self._files]
