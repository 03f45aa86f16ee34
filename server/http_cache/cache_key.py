"""A request, as far as its answer depends on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from newsgraph.gql.http.protocol import answer_type, wants_events
from newsgraph.server.http_cache.compression import acceptable

if TYPE_CHECKING:
    from starlette.types import Scope

    from newsgraph.server.http_cache.lru import Key

GRAPH = "/graphql"

MOST_BYTES = 65_536
"""How long a request's body or query string may be for its answer to be kept."""

_READ = frozenset(
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

_KEPT_LENGTH = 200


class Asked:
    """What one pass over a request's head tells.

    Attributes:
        told: the headers that count; of one that came several times, a list.
        key: all of a GET that its answer depends on; None where none is ever kept. The
            Origin is not in it: what pages elsewhere are told is added on the way out.
        varies: names of headers that are in the key, or that are seen to elsewhere.
        can_be_kept_with_body: whether the body makes a key.
    """

    __slots__ = ("can_be_kept_with_body", "is_graph", "key", "method", "path", "query", "told")

    def __init__(self, scope: Scope) -> None:
        told: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                told[name] = told[name] + b", " + value if name in told else value
        self.told = told
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.is_graph = self.path == GRAPH
        self.key: Key | None = None
        self.can_be_kept_with_body = False
        if len(self.query) > MOST_BYTES:
            return
        if not self.is_graph:
            if self.method in ("GET", "HEAD"):
                self.key = self.path, self.query
                if self.names_a_base:
                    # What it lacks hangs on what it has (RFC 3229), in a coding that it takes.
                    base = told[b"a-im"], told[b"if-none-match"], told.get(b"accept-encoding")
                    self.key = *self.key, *base
        elif self.method == "GET":
            self.key = self.path, self.query, told.get(b"accept")
        elif self.method == "POST":
            self.can_be_kept_with_body = told.get(b"content-type", b"").startswith(
                b"application/json"
            ) and _is_short(told.get(b"content-length"))

    @property
    def names_a_base(self) -> bool:
        """Whether it may be answered with what the client lacks of what it has (RFC 3229).

        rss2email asks for that without knowing, by way of feedparser, and takes the answer for
        an error each time. It is known only by feedparser's name.
        """
        told = self.told
        is_meant = not told.get(b"user-agent", b"").startswith(b"feedparser/")
        return is_meant and b"a-im" in told and b"if-none-match" in told and not self.is_graph

    def with_body(self, body: bytes) -> Key:
        """Return all of a POST to the graph that its answer depends on."""
        told = self.told
        return (
            self.path,
            self.query,
            told.get(b"accept"),
            told.get(b"content-type"),
            told.get(b"content-encoding"),
            body,
        )

    @property
    def is_graph_post(self) -> bool:
        """Whether it is a POST to the graph."""
        return self.is_graph and self.method == "POST"

    @property
    def codings(self) -> tuple[str, ...]:
        """The content codings that the client takes, best first."""
        return acceptable(self.told.get(b"accept-encoding"))

    @property
    def varies(self) -> frozenset[str]:
        """Names of headers whose difference makes no answer a wrong one here."""
        return _GRAPH_VARIES if self.is_graph else _VARIES

    @property
    def graph_type(self) -> str | None:
        """The media type that a GET of the graph is answered in, or None where it is no answer."""
        if not self.is_graph or self.method != "GET" or self.key is None:
            return None
        accept = self.told.get(b"accept", b"")
        return _graph_type(accept) if len(accept) > _KEPT_LENGTH else _remembered(accept)


_VARIES = frozenset({"a-im", "accept-encoding"})
_GRAPH_VARIES = _VARIES | {"accept"}


def _is_short(length: bytes | None) -> bool:
    # A length that is no number, or is none, is seen when the body comes.
    return length is None or not length.isdigit() or int(length[:20]) <= MOST_BYTES


def _graph_type(accept: bytes) -> str | None:
    told = accept.decode("latin-1")
    return None if wants_events(told) else answer_type(told)


_remembered = lru_cache(256)(_graph_type)
