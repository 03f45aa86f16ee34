"""Validators and conditional requests (RFC 9110 sections 8.8 and 13).

What is served follows from the store's revision, this program and its settings. So a
validator is known before anything is read or rendered, and a client that has the newest
bytes costs one look at the revision.

A tag of a handler stands for what an answer says. In which content coding it is said is
`server.front`'s, and so is all else that conditions can ask: each coding has a tag of its own
(`tagged`), and handlers are only ever asked for the tags that are theirs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from gql.over_http import ANSWERED
from server.codings import CODINGS, IDENTITY
from server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from typing import Any

    from starlette.requests import Request

    from store.reading.selection import Selection
    from store.store import Reading, State, Store

# RFC 9110 section 8.8.3. A weak one counts too: proxies that compress weaken ours.
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def declare(scope: MutableMapping[str, Any], revision: int) -> None:
    """Say of a request that its answer is whole, and follows from a revision of the store.

    What is declared may be kept, and is given again for each such request as long as the store
    stays at this revision. The graph says it by itself (`gql.over_http.ANSWERED`).
    """
    scope.setdefault("extensions", {})[ANSWERED] = revision


@dataclass(frozen=True, slots=True)
class Changed:
    """When something last changed.

    Attributes:
        revision: the last one that changed it.
        at: when that was imported, ``YYYY-MM-DDTHH:MM:SSZ``; None before the first import.
    """

    revision: int
    at: str | None


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a resource from the next.

    Attributes:
        etag: strong, with its quotes.
        last_modified: when it last changed; None where that is not known.
    """

    etag: str
    last_modified: datetime | None = None

    @classmethod
    def of(cls, store_id: str, changed: Changed, *parts: str) -> Validators:
        """Return the validators of a resource.

        Args:
            store_id: part of the tag, so that a rebuilt store never matches old tags.
            changed: when the resource last changed.
            parts: all else that the bytes depend on, and what tells the resource from others.
        """
        said = "\0".join((store_id, str(changed.revision), VERSION, *parts))
        at = datetime.fromisoformat(changed.at) if changed.at else None
        return cls(_digest(said.encode("utf-8", "surrogatepass")), at)

    @classmethod
    def of_bytes(cls, body: bytes) -> Validators:
        """Return the validators of bytes that stay the same while the program runs."""
        return cls(_digest(body))

    def headers(self) -> dict[str, str]:
        """Return the fields that a 200 and a 304 have in common (RFC 9110 section 15.4.5)."""
        fields = {"ETag": self.etag}
        if self.last_modified is not None:
            fields["Last-Modified"] = format_datetime(self.last_modified.astimezone(UTC), True)
        return fields


def _digest(said: bytes) -> str:
    return f'"{hashlib.sha256(said).hexdigest()[:24]}"'


def tagged(etag: str, coding: str) -> str:
    """Return the tag of an answer in a coding; strong tags differ where bytes do."""
    return etag if coding == IDENTITY else f'{etag[:-1]}-{coding}"'


def tags(if_none_match: str) -> list[str]:
    """Return the tags that If-None-Match lists, as if all were strong (section 13.1.2)."""
    return _ENTITY_TAG.findall(if_none_match)


def untagged(if_none_match: str, codings: Iterable[str]) -> list[str]:
    """Return the tags of answers that If-None-Match lists in a coding that the client takes.

    What it has in one that it does not take now is of no use to it: a cache that serves many
    clients would give one bytes that it cannot read.
    """
    taken, found = set(codings), []
    for tag in tags(if_none_match):
        answer, dash, coding = tag[1:-1].rpartition("-")
        if not dash or coding not in CODINGS:
            found.append(tag)
        elif coding in taken:
            found.append(f'"{answer}"')
    return found


def named(if_none_match: str, etag: str, codings: Iterable[str]) -> str | None:
    """Return the coding of an answer that the client has, or None where it has none.

    The 304 names that coding's tag: it tells a cache which of the answers that it keeps is
    good (RFC 9111 section 4.3.4), whatever coding a new answer would be in.

    Args:
        if_none_match: the header.
        etag: the answer's tag.
        codings: those that the client takes, best first.
    """
    listed = set(tags(if_none_match))
    return next((one for one in codings if tagged(etag, one) in listed), None)


def is_star(if_none_match: str) -> bool:
    """Tell whether If-None-Match holds for all that exists."""
    return if_none_match.strip() == "*"


def is_since(last_modified: str | None, if_modified_since: str) -> bool:
    """Tell whether nothing changed since a date; one that is none is as good as not sent."""
    since = _date(if_modified_since)
    at = _date(last_modified) if last_modified else None
    return since is not None and at is not None and at <= since


def _date(told: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def respond(request: Request, validators: Validators, media_type: str, body: bytes) -> Response:
    """Answer GET with bytes, or with a 304 where the request names their tag."""
    if _has(request, validators):
        return Response(status_code=304, headers=validators.headers())
    return Response(body, headers={"Content-Type": media_type} | validators.headers())


def _has(request: Request, validators: Validators) -> bool:
    return validators.etag in tags(request.headers.get("if-none-match", ""))


class Answers:
    """Answers GET of what follows from the store, conditional or not."""

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
        changed: Callable[[State], Awaitable[Changed | None]] | None = None,
    ) -> Response:
        """Answer a request, and declare that the answer follows from the store.

        Args:
            request: GET.
            resource: what tells this resource from the others.
            media_type: the body's, with its charset.
            selections: what to read, all of one revision.
            render: makes the body. It raises an `HTTPException` of 404 where what was asked
                for does not exist, and then no condition holds: a client has this very
                revision's tag only of what exists in it.
            changed: tells when this resource last changed, by the revision of a state; None
                where it does not exist or has changed since. Without it, everything changes
                with each revision.

        Raises:
            StoreError: the store could not be read.
        """
        state = await self._store.state()
        validators = await self._validators(state, resource, changed)
        if _has(request, validators):
            declare(request.scope, state.revision)
            return Response(status_code=304, headers=validators.headers())
        reading = await self._store.read(*selections)
        while reading.revision != state.revision:
            # An import came between: the tag must belong to the bytes.
            state = await self._store.state()
            validators = await self._validators(state, resource, changed)
            reading = await self._store.read(*selections)
        body = await render(state, reading)
        declare(request.scope, state.revision)
        return respond(request, validators, media_type, body)

    async def _validators(
        self,
        state: State,
        resource: str,
        changed: Callable[[State], Awaitable[Changed | None]] | None,
    ) -> Validators:
        last = await changed(state) if changed is not None else None
        last = last or Changed(state.revision, state.imported_at)
        return Validators.of(state.store_id, last, *self._settings, resource)
