"""What documents say, put by while an import is read, so that memory does not grow with it."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Any, Final, Generic, TypeVar

from newsgraph.store.errors import DatabaseUnusable

if TYPE_CHECKING:
    from types import TracebackType

T = TypeVar("T")

MOST_BYTES: Final = 16_000_000
"""What is put by stays in memory up to here, and is written to a temporary file beyond."""

_FASTEST: Final = 1


class Spool:
    """Takes values, and gives them back any number of times while it is open.

    One thread uses it at a time.

    Args:
        file: where to; usually one without a name, which nobody else can read or change.
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._file = file or SpooledTemporaryFile(MOST_BYTES)  # noqa: SIM115 - `close` closes it
        self._end = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, value: T) -> PutBy[T]:
        """Put a value by.

        Raises:
            ValueError: it is closed.
            DatabaseUnusable: there is no room for it.
        """
        data = zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _FASTEST)
        try:
            self._file.seek(self._end)
            self._file.write(data)
        except OSError as error:
            told = f"{gettempdir()} has no room for what is being imported: {error.strerror}"
            raise DatabaseUnusable(f"{told}; TMPDIR can name another folder") from error
        place: PutBy[T] = PutBy(self, self._end, len(data))
        self._end += len(data)
        return place

    def read(self, start: int, length: int) -> Any:  # noqa: ANN401 - `PutBy` knows what it is
        """Return what was put there."""
        self._file.seek(start)
        return pickle.loads(zlib.decompress(self._file.read(length)))  # noqa: S301 - our own

    def close(self) -> None:
        """Forget all of it."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class PutBy(Generic[T]):
    """Where a value is."""

    spool: Spool
    start: int
    length: int

    def get(self) -> T:
        """Return the value, made anew each time."""
        value: T = self.spool.read(self.start, self.length)
        return value
