"""GraphQL documents in URLs: the round trip, and input that is no document."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.feeds.query_in_url import (
    MAX_ENCODED_CHARACTERS,
    decode_document,
    encode_document,
)
from tests.hypothesis_profiles import scale_examples

MAX_BYTES = 10_000


def encode_bytes(data, *, is_raw=True):
    """Return bytes as a part of a URL, in raw DEFLATE or with zlib's header."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS if is_raw else zlib.MAX_WBITS)
    compressed = compressor.compress(data) + compressor.flush()
    return urlsafe_b64encode(compressed).rstrip(b"=").decode()


@settings(max_examples=scale_examples(200))
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
def test_round_trip(text):
    """A document is the same after it was encoded and decoded, and its encoding is URL-safe."""
    encoded = encode_document(text)
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert decode_document(encoded, MAX_BYTES) == text


@settings(max_examples=scale_examples(200))
@given(st.text(max_size=100) | st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True))
def test_any_text(text):
    """Any text is a document or none; decoding raises no exception."""
    document = decode_document(text, MAX_BYTES)
    assert document is None or decode_document(encode_document(document), MAX_BYTES) == document


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "A",
        encode_document("{ store { revision } }")[:-3],
        encode_document("{ store { revision } }") + "AAAA",
        encode_document("{ store { revision } }") + "=",
        "$" + encode_document("{ store { revision } }"),
        encode_bytes(b"{ store { revision } }", is_raw=False),
        encode_bytes(b"\xff\xfe"),
        encode_bytes(b" " * (MAX_BYTES + 1)),
        "A" * (MAX_ENCODED_CHARACTERS + 1),
    ],
)
def test_no_document(encoded):
    """What is incomplete, extended, in another format, not UTF-8 or too long is no document."""
    assert decode_document(encoded, MAX_BYTES) is None


def test_decompression_is_bounded():
    """Of a document that expands a thousand times, no more than the limit is decompressed."""
    assert decode_document(encode_bytes(b" " * MAX_BYTES), MAX_BYTES) == " " * MAX_BYTES
    assert decode_document(encode_bytes(b" " * 2_900_000), MAX_BYTES) is None
