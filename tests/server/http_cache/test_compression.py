"""Tests of content encodings and their negotiation."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.http_cache.compression import (
    COMPRESSORS,
    IDENTITY,
    THREAD_MIN_BYTES,
    compress,
    is_compressible,
    negotiate,
)

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}

NAMES = ["zstd", "br", "gzip", "identity", "*", "deflate", "x-gzip"]
WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.001", "; q=0.5", ";q=1", ";Q=1.0", ";q=x", ";q=2"])


@pytest.mark.parametrize(
    ("header", "encodings"),
    [
        (None, ("identity",)),
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("gzip, deflate, br, zstd", ("zstd", "br", "gzip", "identity")),
        ("GZIP;q=0.5, br;q=0.25", ("gzip", "br", "identity")),
        ("gzip;q=0.5, identity;q=0.8", ("identity", "gzip")),
        ("gzip, identity", ("gzip", "identity")),
        ("identity", ("identity",)),
        ("identity;q=0, gzip", ("gzip",)),
        ("*;q=0, gzip", ("gzip",)),
        ("*;q=0", ("identity",)),
        ("identity;q=0", ("identity",)),
        ("*", ("gzip", "identity")),
        ("*, gzip;q=0", ("identity",)),
        ("br, *;q=0.1", ("br", "gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("deflate, compress", ("identity",)),
        ("gzip;q=0", ("identity",)),
        ("gzip;q=nan, br;q=-1, zstd;q=1e9", ("identity",)),
        (" gzip ; q=0.3 ,, br", ("br", "gzip", "identity")),
    ],
)
def test_negotiation(header, encodings):
    """Weights, ``*`` and a refused identity count as in RFC 9110 section 12.5.3."""
    assert negotiate(None if header is None else header.encode()) == encodings


@given(st.lists(st.tuples(st.sampled_from(NAMES), WEIGHTS), max_size=8))
def test_no_refused_encoding_is_returned(items):
    """No refused encoding is returned for any list; long headers have the same result."""
    header = ", ".join(name + weight for name, weight in items).encode()
    encodings = negotiate(header)
    assert encodings
    assert len(set(encodings)) == len(encodings)
    assert negotiate(header + b" " * 300) == encodings
    weights = {}
    for name, weight in items:
        weights.setdefault("gzip" if name == "x-gzip" else name, weight)
    refusals = {";q=0", ";q=x", ";q=2"}
    for encoding in encodings:
        assert encoding in {*COMPRESSORS, IDENTITY}
        if encoding in COMPRESSORS:
            default = weights.get("*") if encoding == "gzip" else ";q=0"
            assert weights.get(encoding, default) not in refusals
        elif len(encodings) > 1:
            assert weights.get(encoding, "") not in refusals


@given(st.text().map(str.encode))
def test_any_header_has_a_result(header):
    """A malformed header raises no exception."""
    assert negotiate(header)


@pytest.mark.parametrize("encoding", COMPRESSORS)
@pytest.mark.parametrize("body", [b"", b"x", b"{}" * 5_000, b"news " * THREAD_MIN_BYTES])
async def test_compressed_bodies_decompress_to_the_same_bytes(encoding, body):
    """The compressed bytes are the same each time, as a strong ETag requires."""
    compressed = await compress(body, encoding)
    assert DECODERS[encoding](compressed) == body
    assert await compress(body, encoding) == compressed


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        ("Application/Atom+XML; charset=utf-8", True),
        ("text/html; charset=utf-8", True),
        ("text/event-stream", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_compressible_media_types(media_type, expected):
    """Text formats are compressed; images and event streams are not."""
    assert is_compressible(media_type) is expected
