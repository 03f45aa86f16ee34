"""GraphQL documents as a part of a URL: in DEFLATE (RFC 1951) and base64url (RFC 4648).

Compressors differ, so a document has several encodings. What identifies it is its text.
"""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

MAX_ENCODED_CHARACTERS: Final = 4_000
"""Maximum length of an encoded document: with its variables, proxies have to accept the URL."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


def encode_document(text: str) -> str:
    """Return a document as a part of a URL, of any length."""
    compressor = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _RAW_DEFLATE)
    compressed = compressor.compress(text.encode()) + compressor.flush()
    return urlsafe_b64encode(compressed).rstrip(b"=").decode()


def decode_document(encoded: str, max_bytes: int) -> str | None:
    """Return the document that a part of a URL contains, or None if it contains none.

    Args:
        encoded: any text.
        max_bytes: no more than this is decompressed; a longer document is none.
    """
    if len(encoded) > MAX_ENCODED_CHARACTERS or not _BASE64URL.fullmatch(encoded):
        return None
    try:
        compressed = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        decompressor = zlib.decompressobj(_RAW_DEFLATE)
        document = decompressor.decompress(compressed, max_bytes)
        is_complete = decompressor.eof and not decompressor.unused_data
        return document.decode() if is_complete else None
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return None
