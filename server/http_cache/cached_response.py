"""A whole answer: its headers and body in every content coding that was asked for so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from newsgraph.server.http_cache.compression import IDENTITY, SMALLEST, coded, is_compressible
from newsgraph.server.http_cache.etags import is_since, is_star, named, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable

Lines: TypeAlias = "list[tuple[bytes, bytes]]"
"""Headers as ASGI has them."""

_MADE_HERE = frozenset({b"content-length", b"etag", b"vary"})
_OF_304 = frozenset({b"cache-control", b"content-location", b"date", b"expires", b"last-modified"})

_SPELLED = {"a-im": "A-IM"}

_OBJECTS = 1_200
"""Bytes that an answer and its place among others take beyond what is in it; measured."""

_VARIANT = 700
"""Likewise of each of its variants."""

_LINE = 130
"""Likewise of a header."""


class Variant(NamedTuple):
    """An answer in one coding, with all its headers."""

    headers: Lines
    body: bytes


class Answer:
    """A status, headers and a body that are all there.

    Attributes:
        kind: what it is an answer of, for those who count.
        etag: tells what it says, in whatever coding; None where it has no tag.
        revision: of the store that it follows from; None where it follows from none.
        vary: names of request headers that it depends on, in lower case.
        weight: bytes of memory that it takes with all its variants.
    """

    __slots__ = (
        "_headers",
        "_not_modified",
        "_variants",
        "body",
        "etag",
        "is_codable",
        "kind",
        "last_modified",
        "media_type",
        "revision",
        "status",
        "vary",
        "weight",
    )

    def __init__(
        self, kind: str, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Args: headers and body: as they were made, in no coding or in one of their maker's."""
        self.kind, self.status, self.body = kind, status, body
        self._headers: Lines = []
        self.vary: list[str] = []
        self.revision: int | None = None
        said: dict[bytes, str] = {}
        for raw_name, value in headers:
            name = raw_name.lower()
            said[name] = value.decode("latin-1")
            if name == b"vary":
                self.vary += [one.strip().lower() for one in said[name].split(",")]
            elif name not in _MADE_HERE:
                self._headers.append((name, value))
        self.etag = said.get(b"etag")
        self.last_modified = said.get(b"last-modified")
        self.media_type = said.get(b"content-type", "").partition(";")[0].strip()
        self.is_codable = (
            status != 206
            and b"content-encoding" not in said
            and "no-transform" not in said.get(b"cache-control", "")
            and is_compressible(self.media_type)
        )
        self._variants: dict[str, Variant] = {}
        self._not_modified: dict[str, Lines] = {}
        self.weight = _OBJECTS + len(body)
        self.weight += sum(_LINE + len(name) + len(value) for name, value in self._headers)

    def add(self, name: str, value: str) -> None:
        """Add a header, if its maker has not said it."""
        line = (name.encode(), value.encode())
        if all(have != line[0] for have, _ in self._headers):
            self._headers.append(line)

    def coding(self, codings: tuple[str, ...]) -> str:
        """Return the coding to give it in.

        Args:
            codings: those that the client takes, best first.
        """
        if not self.is_codable or (len(self.body) < SMALLEST and IDENTITY in codings):
            return IDENTITY
        return codings[0]

    def kept(self, coding: str) -> Variant | None:
        """Return it in a coding if it has been made in it."""
        return self._variants.get(coding)

    async def variant(self, coding: str) -> Variant:
        """Make it in a coding, and keep that."""
        body = self.body if coding == IDENTITY else await coded(self.body, coding)
        headers = [
            *self._headers,
            (b"content-length", str(len(body)).encode()),
            *self._of_coding(coding),
        ]
        if coding != IDENTITY:
            headers.append((b"content-encoding", coding.encode()))
        made = Variant(headers, body)
        if coding not in self._variants:
            self.weight += _VARIANT + (0 if coding == IDENTITY else len(body))
        self._variants[coding] = made
        return made

    def has(self, told: dict[bytes, bytes], codings: tuple[str, ...]) -> str | None:
        """Tell whether the client has this answer (RFC 9110 section 13.2.2, steps 3 and 4).

        If-Modified-Since counts only without If-None-Match.

        Args:
            told: the request's headers.
            codings: those that the client takes, best first.

        Returns:
            The coding that it has it in, or None where it has not.
        """
        if self.etag is None:
            return None
        if (listed := told.get(b"if-none-match")) is not None:
            tags = listed.decode("latin-1")
            return self.coding(codings) if is_star(tags) else named(tags, self.etag, codings)
        since = told.get(b"if-modified-since")
        if since is not None and is_since(self.last_modified, since.decode("latin-1")):
            return self.coding(codings)
        return None

    def not_modified(self, coding: str) -> Lines:
        """Return the headers of a 304 in its place (RFC 9110 section 15.4.5)."""
        lines = self._not_modified.get(coding)
        if lines is None:
            lines = [line for line in self._headers if line[0] in _OF_304]
            lines += self._of_coding(coding)
            self._not_modified[coding] = lines
        return lines

    def _of_coding(self, coding: str) -> Lines:
        lines = []
        if self.etag is not None:
            lines.append((b"etag", tagged(self.etag, coding).encode("latin-1")))
        vary = [*self.vary, "accept-encoding"] if self.is_codable else self.vary
        if vary:
            told = ", ".join(dict.fromkeys(_SPELLED.get(name, name.title()) for name in vary))
            lines.append((b"vary", told.encode("latin-1")))
        return lines
