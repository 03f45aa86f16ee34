"""Validators and conditional requests (RFC 9110 sections 8.8 and 13).

What is served follows from the store's revision, this program and its settings. So a
validator is known before anything is read or rendered, and a client that has the newest
bytes costs one look at the revision.

A tag of a handler stands for what an answer says. In which content coding it is said is
`server.http_cache.middleware`'s, and so is all else that conditions can ask: each coding has a
tag of its own (`tagged`), and handlers are only ever asked for the tags that are theirs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from newsgraph.gql.http.protocol import ANSWERED
from newsgraph.server.http_cache.compression import CODINGS, IDENTITY
from newsgraph.server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence
    from typing import Any

    from starlette.requests import Request

# RFC 9110 section 8.8.3. A weak one counts too: proxies that compress weaken ours.
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')

_SINCE = re.compile(r'"([0-9a-f]{1,15})-[0-9a-f]{24}"')


def declare(scope: MutableMapping[str, Any], revision: int) -> None:
    """Say of a request that its answer is whole, and follows from a revision of the store.

    What is declared may be kept, and is given again for each such request as long as the store
    stays at this revision. The graph says it by itself (`gql.http.protocol.ANSWERED`).
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
        return cls(_digest(said.encode("utf-8", "surrogatepass")), _time(changed.at))

    @classmethod
    def since(cls, store_id: str, changed: Changed, *parts: str) -> Validators:
        """Return the validators of a resource whose tag shows the revision of its last change.

        A client that names such a tag tells which revision it has (`revision_of`).

        Args: as of `of`.
        """
        plain = cls.of(store_id, changed, *parts)
        return cls(f'"{changed.revision:x}-{plain.etag[1:]}', plain.last_modified)

    @classmethod
    def of_answers(cls, answers: Sequence[bytes], at: str | None, *parts: str) -> Validators:
        """Return the validators of what follows from a store's answers alone.

        Args:
            answers: what the store says, whichever its revision.
            at: when it was last imported to, as no other time is known at which they came to be.
            parts: all else that the bytes depend on, and what tells the resource from others.
        """
        digest = hashlib.sha256("\0".join((VERSION, *parts)).encode("utf-8", "surrogatepass"))
        for one in answers:
            digest.update(b"\0" + one)
        return cls(f'"{digest.hexdigest()[:24]}"', _time(at))

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


def revision_of(etag: str) -> int | None:
    """Return the revision that a tag of `Validators.since` shows; who made it up, is not known."""
    found = _SINCE.fullmatch(etag)
    return int(found[1], 16) if found else None


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


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
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def respond(request: Request, validators: Validators, media_type: str, body: bytes) -> Response:
    """Answer GET with bytes, or with a 304 where the request names their tag."""
    if has(request, validators):
        return Response(status_code=304, headers=validators.headers())
    return Response(body, headers={"Content-Type": media_type} | validators.headers())


def has(request: Request, validators: Validators) -> bool:
    """Tell whether a client has what validators stand for."""
    return validators.etag in tags(request.headers.get("if-none-match", ""))
