"""Cache keys: what the response to a request depends on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from newsgraph.gql.http.protocol import negotiate_media_type, prefers_event_stream
from newsgraph.server.http_cache.compression import negotiate

if TYPE_CHECKING:
    from starlette.types import Scope

    from newsgraph.server.http_cache.lru import CacheKey

GRAPHQL_PATH = "/graphql"

FILES_PATH = "/files/"
"""Prefix of the paths of files in the folders of documents; their responses are not cached."""

MAX_CACHEABLE_REQUEST_BYTES = 65_536
"""Maximum length of a request's body, and of its query string, for its response to be cached."""

_HEADER_NAMES = frozenset(
    {
        b"a-im",
        b"accept",
        b"accept-encoding",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"if-modified-since",
        b"if-none-match",
        b"user-agent",
    }
)
"""Names of the request headers that are read."""

_MAX_MEMOIZED_LENGTH = 200
"""Maximum length in bytes of an Accept header whose media type is memoized."""


class CacheableRequest:
    """The parts of a request that its response depends on, read in one pass over the headers.

    Attributes:
        headers: the request headers that are read here, by lower-case name; the values of a
            repeated header are joined with commas.
        method: HTTP method.
        path: URL path.
        query: raw query string.
        is_graphql: whether the request is for the GraphQL endpoint.
        key: cache key of a GET or HEAD request; None where no response is ever cached, and for
            a POST, whose key includes its body (`key_with_body`). The Origin header is not part
            of the key: what depends on it is added outside of the cache (`server.app`).
        has_cacheable_body: whether the body can be part of a key.
    """

    __slots__ = ("has_cacheable_body", "headers", "is_graphql", "key", "method", "path", "query")

    def __init__(self, scope: Scope) -> None:
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _HEADER_NAMES:
                headers[name] = headers[name] + b", " + value if name in headers else value
        self.headers = headers
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.is_graphql = self.path == GRAPHQL_PATH
        self.key: CacheKey | None = None
        self.has_cacheable_body = False
        if len(self.query) > MAX_CACHEABLE_REQUEST_BYTES:
            return
        if not self.is_graphql:
            if self.method in ("GET", "HEAD"):
                self.key = self.path, self.query
                if self.accepts_delta:
                    # The delta (RFC 3229) depends on the version that the client has, and the
                    # ETag of that version on the content encodings that the client accepts.
                    base = (
                        headers[b"a-im"],
                        headers[b"if-none-match"],
                        headers.get(b"accept-encoding"),
                    )
                    self.key = *self.key, *base
        elif self.method == "GET":
            self.key = self.path, self.query, headers.get(b"accept")
        elif self.method == "POST":
            self.has_cacheable_body = headers.get(b"content-type", b"").startswith(
                b"application/json"
            ) and _is_cacheable_length(headers.get(b"content-length"))

    @property
    def accepts_delta(self) -> bool:
        """Whether the response may be a delta to the version that the client has (RFC 3229).

        feedparser sends A-IM without its callers' knowledge, and one of them, rss2email, takes
        each 226 response for an error. Only feedparser's own User-Agent can be recognized.
        """
        headers = self.headers
        is_intended = not headers.get(b"user-agent", b"").startswith(b"feedparser/")
        return (
            is_intended
            and b"a-im" in headers
            and b"if-none-match" in headers
            and not self.is_graphql
        )

    @property
    def is_conditional(self) -> bool:
        """Whether the response may be a 304."""
        return b"if-none-match" in self.headers or b"if-modified-since" in self.headers

    def key_with_body(self, body: bytes) -> CacheKey:
        """Return the cache key of a GraphQL POST request."""
        headers = self.headers
        return (
            self.path,
            self.query,
            headers.get(b"accept"),
            headers.get(b"content-type"),
            headers.get(b"content-encoding"),
            body,
        )

    @property
    def is_graphql_post(self) -> bool:
        """Whether the request is a POST to the GraphQL endpoint."""
        return self.is_graphql and self.method == "POST"

    @property
    def accepted_encodings(self) -> tuple[str, ...]:
        """The content encodings that the client accepts, preferred one first."""
        return negotiate(self.headers.get(b"accept-encoding"))

    @property
    def allowed_vary(self) -> frozenset[str]:
        """Names of the request headers that a cached response may have in its Vary header.

        They are part of the key, or the cache selects the variant of a response by them, or all
        requests that reach the cache have the same response.
        """
        return _GRAPHQL_ALLOWED_VARY if self.is_graphql else _ALLOWED_VARY

    @property
    def graphql_media_type(self) -> str | None:
        """Media type of the cacheable response to a GET of the GraphQL endpoint.

        None for other requests, for event streams, and where no media type is acceptable.
        """
        if not self.is_graphql or self.method != "GET" or self.key is None:
            return None
        accept = self.headers.get(b"accept", b"")
        if len(accept) > _MAX_MEMOIZED_LENGTH:
            return _graphql_media_type(accept)
        return _memoized_graphql_media_type(accept)


# A middleware outside of the cache answers the requests for which the response to the others would
# differ by Sec-Fetch-Dest and Sec-Fetch-Mode (`server.feeds.browser_navigation`).
_ALLOWED_VARY = frozenset({"a-im", "accept-encoding", "sec-fetch-dest", "sec-fetch-mode"})
_GRAPHQL_ALLOWED_VARY = _ALLOWED_VARY | {"accept"}


def _is_cacheable_length(content_length: bytes | None) -> bool:
    # A missing or malformed length is no obstacle: the body is measured while it is read.
    return (
        content_length is None
        or not content_length.isdigit()
        or int(content_length[:20]) <= MAX_CACHEABLE_REQUEST_BYTES
    )


def _graphql_media_type(accept: bytes) -> str | None:
    header = accept.decode("latin-1")
    return None if prefers_event_stream(header) else negotiate_media_type(header)


_memoized_graphql_media_type = lru_cache(256)(_graphql_media_type)
