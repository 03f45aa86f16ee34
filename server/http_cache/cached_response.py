"""A complete response, with its body in each content encoding that was requested so far."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from newsgraph.server.http_cache.compression import (
    IDENTITY,
    MIN_COMPRESS_BYTES,
    compress,
    is_compressible,
)
from newsgraph.server.http_cache.etags import (
    is_unmodified_since,
    matches_any,
    matching_encoding,
    with_encoding,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

RawHeaders: TypeAlias = "list[tuple[bytes, bytes]]"
"""Headers as ASGI has them: pairs of a lower-case name and a value."""

_GENERATED_HEADERS = frozenset({b"content-length", b"etag", b"vary"})
"""Headers that depend on the content encoding and are written for each variant."""

_NOT_MODIFIED_HEADERS = frozenset(
    {
        b"access-control-allow-origin",
        b"access-control-expose-headers",
        b"cache-control",
        b"content-location",
        b"date",
        b"expires",
        b"last-modified",
    }
)
"""Headers that a 304 response repeats, besides ETag and Vary.

A script that sends If-None-Match itself may read the 304 only with the first two (CORS).
"""

_HEADER_SPELLINGS = {"a-im": "A-IM"}

_RESPONSE_OVERHEAD = 1_200
"""Bytes of memory for a response's objects and cache entry, besides their content; measured."""

_VARIANT_OVERHEAD = 700
"""Bytes of memory for the objects of each variant, besides their content."""

_HEADER_OVERHEAD = 130
"""Bytes of memory for the objects of each header, besides name and value."""


class EncodedVariant(NamedTuple):
    """A response in one content encoding, with all its headers."""

    headers: RawHeaders
    body: bytes


class CachedResponse:
    """A response whose status, headers and body are complete.

    Attributes:
        kind: kind of resource, as the metrics label it.
        status: HTTP status code.
        body: body without a content encoding of this server.
        etag: ETag without the suffix of a content encoding; None if the response has no ETag.
        last_modified: value of the Last-Modified header, or None.
        media_type: media type without parameters; empty if there is none.
        is_compressible: whether the body may be sent in a content encoding.
        revision: store revision that the response was read at; None if it depends on none.
        vary: lower-case names of the request headers that the response depends on.
        size: bytes of memory that the response takes, with all its variants.
    """

    __slots__ = (
        "_compressions",
        "_headers",
        "_not_modified_headers",
        "_variants",
        "body",
        "etag",
        "is_compressible",
        "kind",
        "last_modified",
        "media_type",
        "revision",
        "size",
        "status",
        "vary",
    )

    def __init__(
        self, kind: str, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Take a response as the application produced it.

        Args:
            kind: kind of resource, as the metrics label it.
            status: HTTP status code.
            headers: the application's headers. With a Content-Encoding among them the body is
                never encoded again.
            body: the application's body.
        """
        self.kind, self.status, self.body = kind, status, body
        self._headers: RawHeaders = []
        self.vary: list[str] = []
        self.revision: int | None = None
        values: dict[bytes, str] = {}
        for raw_name, value in headers:
            name = raw_name.lower()
            values[name] = value.decode("latin-1")
            if name == b"vary":
                self.vary += [item.strip().lower() for item in values[name].split(",")]
            elif name not in _GENERATED_HEADERS:
                self._headers.append((name, value))
        self.etag = values.get(b"etag")
        self.last_modified = values.get(b"last-modified")
        self.media_type = values.get(b"content-type", "").partition(";")[0].strip()
        self.is_compressible = (
            status != 206
            and b"content-encoding" not in values
            and "no-transform" not in values.get(b"cache-control", "")
            and is_compressible(self.media_type)
        )
        self._variants: dict[str, EncodedVariant] = {}
        self._compressions: dict[str, asyncio.Task[EncodedVariant]] = {}
        self._not_modified_headers: dict[str, RawHeaders] = {}
        self.size = _RESPONSE_OVERHEAD + len(body)
        self.size += sum(_HEADER_OVERHEAD + len(name) + len(value) for name, value in self._headers)

    def set_default_header(self, name: str, value: str) -> None:
        """Add a header unless the application has set it."""
        header = (name.encode(), value.encode())
        if all(existing != header[0] for existing, _ in self._headers):
            self._headers.append(header)

    def choose_encoding(self, accepted_encodings: tuple[str, ...]) -> str:
        """Return the content encoding to send the response in.

        Args:
            accepted_encodings: content encodings that the client accepts, preferred one first.
        """
        is_small = len(self.body) < MIN_COMPRESS_BYTES
        if not self.is_compressible or (is_small and IDENTITY in accepted_encodings):
            return IDENTITY
        return accepted_encodings[0]

    def get_variant(self, encoding: str) -> EncodedVariant | None:
        """Return the response in a content encoding if `encode` has created that variant."""
        return self._variants.get(encoding)

    async def encode(self, encoding: str) -> EncodedVariant:
        """Create the response in a content encoding, and remember that variant.

        Simultaneous calls compress the body once.
        """
        if encoding == IDENTITY:
            return self._add_variant(IDENTITY, self.body)
        compression = self._compressions.get(encoding)
        if compression is None:
            compression = asyncio.create_task(self._compress(encoding))
            self._compressions[encoding] = compression
        # A client that disconnects must not cancel the compression that others wait for.
        return await asyncio.shield(compression)

    async def _compress(self, encoding: str) -> EncodedVariant:
        try:
            return self._add_variant(encoding, await compress(self.body, encoding))
        finally:
            del self._compressions[encoding]

    def _add_variant(self, encoding: str, body: bytes) -> EncodedVariant:
        headers = [
            *self._headers,
            (b"content-length", str(len(body)).encode()),
            *self._variant_headers(encoding),
        ]
        if encoding != IDENTITY:
            headers.append((b"content-encoding", encoding.encode()))
        variant = EncodedVariant(headers, body)
        if encoding not in self._variants:
            self.size += _VARIANT_OVERHEAD + (0 if encoding == IDENTITY else len(body))
        self._variants[encoding] = variant
        return variant

    def match_conditions(
        self, headers: dict[bytes, bytes], accepted_encodings: tuple[str, ...]
    ) -> str | None:
        """Compare the response with what the client has (RFC 9110 section 13.2.2, steps 3 and 4).

        If-Modified-Since counts only without If-None-Match.

        Args:
            headers: request headers by lower-case name.
            accepted_encodings: content encodings that the client accepts, preferred one first.

        Returns:
            The content encoding in which the client has the response, or None if it has to be
            sent.
        """
        if self.etag is None:
            return None
        if (header := headers.get(b"if-none-match")) is not None:
            if_none_match = header.decode("latin-1")
            if matches_any(if_none_match):
                return self.choose_encoding(accepted_encodings)
            return matching_encoding(if_none_match, self.etag, accepted_encodings)
        date = headers.get(b"if-modified-since")
        if date is not None and is_unmodified_since(self.last_modified, date.decode("latin-1")):
            return self.choose_encoding(accepted_encodings)
        return None

    def not_modified_headers(self, encoding: str) -> RawHeaders:
        """Return the headers of a 304 response for a variant (RFC 9110 section 15.4.5)."""
        headers = self._not_modified_headers.get(encoding)
        if headers is None:
            headers = [header for header in self._headers if header[0] in _NOT_MODIFIED_HEADERS]
            headers += self._variant_headers(encoding)
            self._not_modified_headers[encoding] = headers
        return headers

    def _variant_headers(self, encoding: str) -> RawHeaders:
        """Return ETag and Vary of a variant."""
        headers = []
        if self.etag is not None:
            headers.append((b"etag", with_encoding(self.etag, encoding).encode("latin-1")))
        vary = [*self.vary, "accept-encoding"] if self.is_compressible else self.vary
        if vary:
            names = (_HEADER_SPELLINGS.get(name, name.title()) for name in vary)
            headers.append((b"vary", ", ".join(dict.fromkeys(names)).encode("latin-1")))
        return headers
