"""Validators and conditional requests (RFC 9110 sections 8.8 and 13).

What is served follows from the store's revision, this program and its settings. So a
validator is known before anything is read or rendered, and a client that has the newest
bytes costs one look at the revision.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import Headers
    from starlette.requests import Request

    from store.reading.selection import Selection
    from store.store import Reading, State, Store

# RFC 9111 section 5.2.2.4: caches may keep it but must ask each time, which a 304 answers.
# Any age would hide what an import has just changed.
CACHE_CONTROL = "no-cache"

# RFC 9110 section 8.8.3. A weak one counts too: proxies that compress weaken ours.
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a resource from the next.

    Attributes:
        etag: strong, with its quotes.
        last_modified: when the store last changed; None before its first import.
    """

    etag: str
    last_modified: datetime | None

    @classmethod
    def of(cls, state: State, *parts: str) -> Validators:
        """Return the validators of a resource.

        Args:
            state: the store's, of the revision that the bytes are made from. The store's id
                is part of the tag, so that a rebuilt store never matches old tags.
            parts: all else that the bytes depend on, and what tells the resource from others.
        """
        said = "\0".join((state.store_id, str(state.revision), VERSION, *parts))
        digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        changed = datetime.fromisoformat(state.imported_at) if state.imported_at else None
        return cls(f'"{digest}"', changed)

    @classmethod
    def of_bytes(cls, body: bytes) -> Validators:
        """Return the validators of bytes that stay the same while the program runs."""
        return cls(f'"{hashlib.sha256(body).hexdigest()[:24]}"', None)

    def headers(self) -> dict[str, str]:
        """Return the fields that a 200 and a 304 have in common (RFC 9110 section 15.4.5)."""
        fields = {"ETag": self.etag, "Cache-Control": CACHE_CONTROL}
        if self.last_modified is not None:
            fields["Last-Modified"] = format_datetime(self.last_modified.astimezone(UTC), True)
        return fields

    def named_in(self, headers: Headers) -> bool:
        """Tell whether If-None-Match lists this very tag; ``*`` names none."""
        told = ", ".join(headers.getlist("if-none-match"))
        return self.etag in _ENTITY_TAG.findall(told)

    def hold(self, headers: Headers) -> bool:
        """Tell whether the client has what exists (RFC 9110 section 13.2.2, steps 3 and 4).

        If-Modified-Since counts only without If-None-Match, and a date that is none is as
        good as not sent (section 13.1.3).
        """
        told = headers.getlist("if-none-match")
        if told:
            return [one.strip() for one in told] == ["*"] or self.named_in(headers)
        since = _date(headers.get("if-modified-since"))
        return since is not None and self.last_modified is not None and self.last_modified <= since


def _date(told: str | None) -> datetime | None:
    if told is None:
        return None
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def respond(request: Request, validators: Validators, media_type: str, body: bytes) -> Response:
    """Answer GET or HEAD of what exists: with its body, or with a 304.

    Args:
        request: its headers may hold conditions.
        validators: the body's.
        media_type: the body's, with its charset.
        body: what GET gets; HEAD is told its length (RFC 9110 section 9.3.2).
    """
    if validators.hold(request.headers):
        return Response(status_code=304, headers=validators.headers())
    fields = {"Content-Type": media_type, "Content-Length": str(len(body))}
    sent = b"" if request.method == "HEAD" else body
    return Response(sent, headers=validators.headers() | fields)


class Answers:
    """Answers GET and HEAD of what follows from the store, conditional or not."""

    def __init__(self, store: Store, *settings: str) -> None:
        """Args: store: what is read; settings: all those that change bytes."""
        self._store, self._settings = store, settings

    async def give(
        self,
        request: Request,
        resource: str,
        media_type: str,
        selections: tuple[Selection, ...],
        render: Callable[[State, Reading], Awaitable[bytes]],
    ) -> Response:
        """Answer a request.

        Args:
            request: GET or HEAD.
            resource: what tells this resource from the others.
            media_type: the body's, with its charset.
            selections: what to read, all of one revision.
            render: makes the body. It raises an `HTTPException` of 404 where what was asked
                for does not exist, and then no condition holds: a client has this very
                revision's tag only of what exists in it.

        Raises:
            StoreError: the store could not be read.
        """
        state = await self._store.state()
        validators = self._validators(state, resource)
        if validators.named_in(request.headers):
            return Response(status_code=304, headers=validators.headers())
        reading = await self._store.read(*selections)
        while reading.revision != state.revision:
            # An import came between: the tag must belong to the bytes.
            state = await self._store.state()
            reading = await self._store.read(*selections)
        body = await render(state, reading)
        return respond(request, self._validators(state, resource), media_type, body)

    def _validators(self, state: State, resource: str) -> Validators:
        return Validators.of(state, *self._settings, resource)
