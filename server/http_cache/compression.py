"""Content codings: which of them a client takes, and bytes in each (RFC 9110 section 8.4).

Levels are cheap ones. Of 44 kB of RSS, on one core: zstd at level 3 makes 10.6 kB in 0.12 ms,
Brotli at 4 10.1 kB in 0.50 ms, gzip at 4 10.7 kB in 0.45 ms; the next levels take half as
long again for some hundred bytes.
"""

from __future__ import annotations

import asyncio
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

IDENTITY = "identity"


def _zstd(body: bytes) -> bytes:
    # A compressor is for one thread at a time. Level 3 has a window of 2 MB, and browsers
    # take up to 8 (RFC 9659).
    made = zstandard.ZstdCompressor(3).compress(body)
    # It holds the memory of the longest that it could have come to; a copy does not.
    return memoryview(made).tobytes()


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=4))


def _gzip(body: bytes) -> bytes:
    # 31 is the largest window, in gzip's wrapping; its time is zero, so that the same bytes
    # are always the same.
    return zlib.compress(body, 4, 31)


CODINGS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}
"""What makes a coding, by its name; the first is taken where a client likes some as much."""

_ALIASES = {"x-gzip": "gzip"}

SMALLEST = 1_000
"""Bytes below which coding saves no packet."""

IN_A_THREAD = 100_000
"""Bytes from which on coding takes longer than going to another thread and back."""

_KEPT_LENGTH = 200
"""How long a header may be to be remembered with what it says."""

_COMPRESSIBLE = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/graphql-response+json",
        "application/json",
        "application/rss+xml",
        "application/xml",
    }
)


def is_compressible(media_type: str) -> bool:
    """Tell whether coding makes a media type smaller; parameters do not matter."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind in _COMPRESSIBLE or (kind.startswith("text/") and kind != "text/event-stream")


def acceptable(accept_encoding: bytes | None) -> tuple[str, ...]:
    """Return the codings that a client takes, the one that it is best given first.

    The star (RFC 9110 section 12.5.3) stands for gzip, which is the one that all know who
    send a star. Who takes nothing at all gets the bytes as they are.

    Args:
        accept_encoding: the header, or None where there is none.
    """
    if accept_encoding is None:
        return (IDENTITY,)
    if len(accept_encoding) > _KEPT_LENGTH:
        return _acceptable(accept_encoding)
    return _remembered(accept_encoding)


def _acceptable(accept_encoding: bytes) -> tuple[str, ...]:
    said: dict[str, float] = {}
    for one in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameters = one.partition(";")
        name = name.strip()
        said.setdefault(_ALIASES.get(name, name), _weight(parameters))
    star = said.get("*", 0.0)
    weights = {name: said.get(name, star if name == "gzip" else 0.0) for name in CODINGS}
    # It is always taken unless it is refused, but what is named is liked better.
    weights[IDENTITY] = said.get(IDENTITY, 0.0 if said.get("*") == 0 else 1e-6)
    taken = [name for name, weight in weights.items() if weight > 0]
    return tuple(sorted(taken, key=lambda name: -weights[name])) or (IDENTITY,)


_remembered = lru_cache(256)(_acceptable)


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


async def coded(body: bytes, coding: str) -> bytes:
    """Return a body in a coding; the event loop goes on where that takes long."""
    code = CODINGS[coding]
    return await asyncio.to_thread(code, body) if len(body) > IN_A_THREAD else code(body)
