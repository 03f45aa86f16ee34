"""Content encodings: negotiation and compression (RFC 9110 sections 8.4 and 12.5.3).

The compression levels are cheap ones. 86 kB of RSS on one core: zstd at level 3 compresses to
20.8 kB in 0.28 ms, Brotli at 4 to 20.0 kB in 1.1 ms, gzip by ISA-L at 2 to 23.0 kB in 0.15 ms.
zlib's gzip takes 1.0 ms for 21.8 kB.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
import zstandard
from isal import isal_zlib

if TYPE_CHECKING:
    from collections.abc import Callable

IDENTITY = "identity"
"""The name of no encoding at all."""


def _zstd(body: bytes) -> bytes:
    # A compressor must not be shared between threads. Level 3 has a window of 2 MB; browsers
    # accept up to 8 MB (RFC 9659).
    compressed = zstandard.ZstdCompressor(3).compress(body)
    # The result keeps a buffer of the maximum compressed size alive; a copy does not.
    return memoryview(compressed).tobytes()


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=4))


def _gzip(body: bytes) -> bytes:
    # 31 selects the largest window and the gzip format. The time stamp is zero, so that equal
    # bodies compress to equal bytes.
    return isal_zlib.compress(body, 2, 31)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}
"""Compression functions by content encoding, in the server's order of preference."""

_ALIASES = {"x-gzip": "gzip"}

MIN_COMPRESS_BYTES = 1_000
"""Minimum length of a body to be compressed: less saves no packet."""

THREAD_MIN_BYTES = 100_000
"""Bodies longer than this are compressed in a thread: it takes longer than the switch."""

_MAX_MEMOIZED_LENGTH = 200
"""Maximum length in bytes of an Accept-Encoding header whose result is memoized."""

_COMPRESSIBLE_MEDIA_TYPES = frozenset(
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
    """Return whether compression makes bodies of a media type smaller; parameters are ignored."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in _COMPRESSIBLE_MEDIA_TYPES or (
        essence.startswith("text/") and essence != "text/event-stream"
    )


def negotiate(accept_encoding: bytes | None) -> tuple[str, ...]:
    """Return the content encodings that a client accepts, preferred one first.

    ``*`` (RFC 9110 section 12.5.3) counts as gzip, which every client that sends ``*`` can
    decode. A client that accepts nothing at all gets the identity encoding.

    Args:
        accept_encoding: value of the Accept-Encoding header, or None if there is none.
    """
    if accept_encoding is None:
        return (IDENTITY,)
    if len(accept_encoding) > _MAX_MEMOIZED_LENGTH:
        return _negotiate(accept_encoding)
    return _memoized_negotiate(accept_encoding)


def _negotiate(accept_encoding: bytes) -> tuple[str, ...]:
    parsed: dict[str, float] = {}
    for item in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameters = item.partition(";")
        name = name.strip()
        parsed.setdefault(_ALIASES.get(name, name), _parse_weight(parameters))
    wildcard = parsed.get("*", 0.0)
    weights = {name: parsed.get(name, wildcard if name == "gzip" else 0.0) for name in COMPRESSORS}
    # Identity is acceptable unless it is refused, but listed encodings are preferred to it.
    weights[IDENTITY] = parsed.get(IDENTITY, 0.0 if parsed.get("*") == 0 else 1e-6)
    accepted = [name for name, weight in weights.items() if weight > 0]
    return tuple(sorted(accepted, key=lambda name: -weights[name])) or (IDENTITY,)


_memoized_negotiate = lru_cache(256)(_negotiate)


def _parse_weight(parameters: str) -> float:
    """Return the weight that ``q=`` gives an encoding; 0 for a malformed one."""
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


async def compress(body: bytes, encoding: str) -> bytes:
    """Return a body in a content encoding; long bodies are compressed in a thread."""
    compressor = COMPRESSORS[encoding]
    if len(body) > THREAD_MIN_BYTES:
        return await asyncio.to_thread(compressor, body)
    return compressor(body)
