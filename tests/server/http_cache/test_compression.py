"""Content codings and their negotiation."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.http_cache.compression import (
    CODINGS,
    IDENTITY,
    IN_A_THREAD,
    acceptable,
    coded,
    is_compressible,
)

DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}

NAMES = ["zstd", "br", "gzip", "identity", "*", "deflate", "x-gzip"]
WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.001", "; q=0.5", ";q=1", ";Q=1.0", ";q=x", ";q=2"])


@pytest.mark.parametrize(
    ("header", "codings"),
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
def test_negotiation(header, codings):
    """RFC 9110 section 12.5.3: weights, the star, and that identity may be refused."""
    assert acceptable(None if header is None else header.encode()) == codings


@given(st.lists(st.tuples(st.sampled_from(NAMES), WEIGHTS), max_size=8))
def test_nothing_is_given_that_was_refused(listed):
    """Whatever is listed, in whatever order and however often; long headers are no other."""
    header = ", ".join(name + weight for name, weight in listed).encode()
    codings = acceptable(header)
    assert codings
    assert len(set(codings)) == len(codings)
    assert acceptable(header + b" " * 300) == codings
    first = {}
    for name, weight in listed:
        first.setdefault("gzip" if name == "x-gzip" else name, weight)
    refusals = {";q=0", ";q=x", ";q=2"}
    for one in codings:
        assert one in {*CODINGS, IDENTITY}
        if one in CODINGS:
            assert first.get(one, first.get("*") if one == "gzip" else ";q=0") not in refusals
        elif len(codings) > 1:
            assert first.get(one, "") not in refusals


@given(st.text().map(str.encode))
def test_any_header_is_understood(header):
    """It comes from anyone."""
    assert acceptable(header)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("body", [b"", b"x", b"{}" * 5_000, b"news " * IN_A_THREAD])
async def test_every_coding_gives_the_bytes_back(coding, body):
    """The same bytes each time, so that they go with a strong tag."""
    made = await coded(body, coding)
    assert DECODERS[coding](made) == body
    assert await coded(body, coding) == made


@pytest.mark.parametrize(
    ("media_type", "is_so"),
    [
        ("application/json", True),
        ("Application/Atom+XML; charset=utf-8", True),
        ("text/html; charset=utf-8", True),
        ("text/event-stream", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_what_gets_smaller(media_type, is_so):
    """Texts do; a stream has to flow."""
    assert is_compressible(media_type) is is_so
