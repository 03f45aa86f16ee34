"""Spools parsed documents to a temporary file, so that memory does not grow with an import."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Any, Final, Generic, TypeVar

from zstandard import ZstdCompressor, ZstdDecompressor

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from types import TracebackType

T = TypeVar("T")

MAX_MEMORY_BYTES: Final = 16_000_000
"""Up to this size, spooled values stay in memory; beyond it, they go to a temporary file."""

_FASTEST_LEVEL: Final = 1


class Spool:
    """Stores pickled values and loads them any number of times until it is closed.

    It is not thread-safe.

    Args:
        file: the file to use; by default an unnamed temporary file that no other process can open.
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._file = file or SpooledTemporaryFile(MAX_MEMORY_BYTES)  # noqa: SIM115 - `close` closes it
        self._end = 0
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
        data = self._compressor.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        try:
            self._file.seek(self._end)
            self._file.write(data)
        except OSError as error:
            message = (
                f"{gettempdir()} has no room for the import's temporary file: {error.strerror}"
            )
            raise DatabaseUnusable(f"{message}; set TMPDIR to another folder") from error
        spooled: SpooledValue[T] = SpooledValue(self, self._end, len(data))
        self._end += len(data)
        return spooled

    def load(self, start: int, length: int) -> Any:  # noqa: ANN401 - `SpooledValue` has the type
        """Return the value at a position."""
        self._file.seek(start)
        return pickle.loads(self._decompressor.decompress(self._file.read(length)))  # noqa: S301 - written by `put`

    def close(self) -> None:
        """Discard all values."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class SpooledValue(Generic[T]):
    """A reference to a stored value.

    Attributes:
        start: offset in the file, in bytes.
        length: size in bytes, compressed.
    """

    spool: Spool
    start: int
    length: int

    def load(self) -> T:
        """Return a new copy of the value."""
        value: T = self.spool.load(self.start, self.length)
        return value
