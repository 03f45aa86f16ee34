"""Spools parsed documents to a temporary file, so that memory does not grow with an import."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from tempfile import TemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Final, Generic, TypeVar

from zstandard import ZstdCompressor, ZstdDecompressor

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from types import TracebackType

T = TypeVar("T")

MAX_MEMORY_BYTES: Final = 50_000_000
"""Up to this size, spooled values stay in memory as they are; further ones go to a temporary file,
compressed."""

_FASTEST_LEVEL: Final = 1


class Spool:
    """Stores pickled values and loads them any number of times until it is closed.

    It is not thread-safe.

    Args:
        max_memory_bytes: how many bytes of values stay in memory.
        file: the file to use; by default an unnamed temporary file that no other process can open.
    """

    def __init__(
        self, max_memory_bytes: int = MAX_MEMORY_BYTES, file: IO[bytes] | None = None
    ) -> None:
        self._remaining_memory = max_memory_bytes
        self._file = file
        self._end = 0
        self._is_closed = False
        self._compressor = ZstdCompressor(_FASTEST_LEVEL)
        self._decompressor = ZstdDecompressor()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, value: T) -> SpooledValue[T]:
        """Store a value.

        Raises:
            ValueError: the spool is closed.
            DatabaseUnusable: the temporary folder is full.
        """
        if self._is_closed:
            raise ValueError("the spool is closed")
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        if len(data) <= self._remaining_memory:
            self._remaining_memory -= len(data)
            return SpooledValue(self, data)
        compressed = self._compressor.compress(data)
        start = self._end
        try:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - `close` closes it
            self._file.seek(start)
            self._file.write(compressed)
        except OSError as error:
            message = (
                f"{gettempdir()} has no room for the import's temporary file: {error.strerror}"
            )
            raise DatabaseUnusable(f"{message}; set TMPDIR to another folder") from error
        self._end += len(compressed)
        return SpooledValue(self, None, start, len(compressed))

    def read(self, start: int, length: int) -> bytes:
        """Return the pickled value at a position in the file.

        Raises:
            ValueError: there is no file, or it is closed.
        """
        if self._file is None:
            raise ValueError("no value is in a file")
        self._file.seek(start)
        return self._decompressor.decompress(self._file.read(length))

    def close(self) -> None:
        """Discard the values in the file, and accept no further ones."""
        self._is_closed = True
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True, slots=True)
class SpooledValue(Generic[T]):
    """A reference to a stored value.

    Attributes:
        data: the pickled value, if it is in memory.
        start: offset in the file, in bytes.
        length: size in the file, in bytes.
    """

    spool: Spool
    data: bytes | None
    start: int = 0
    length: int = 0

    def load(self) -> T:
        """Return a new copy of the value."""
        data = self.spool.read(self.start, self.length) if self.data is None else self.data
        value: T = pickle.loads(data)  # noqa: S301 - written by `Spool.put`
        return value
