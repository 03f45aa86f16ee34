"""ETags, Last-Modified and the conditions that refer to them (RFC 9110 sections 8.8 and 13).

A response depends on the store's revision, this program and its settings. Its validators are
therefore known before anything is read or rendered: to answer a client that has the current
version takes one look at the revision.

A handler's ETag identifies the content of a response. Content encodings are applied by
`server.http_cache.middleware`: each encoding has an ETag of its own (`with_encoding`). The
middleware also evaluates all conditions; handlers only compare If-None-Match with their own ETags.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

from newsgraph.gql.http.protocol import REVISION_KEY
from newsgraph.server.http_cache.compression import COMPRESSORS, IDENTITY
from newsgraph.server.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence
    from typing import Any

    from starlette.requests import Request

# RFC 9110 section 8.8.3. Weak ETags match too: proxies that compress weaken those of this server.
_ETAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')

_REVISION_PREFIX = re.compile(r'"([0-9a-f]{1,15})-[0-9a-f]{24}"')


def mark_cacheable(scope: MutableMapping[str, Any], revision: int) -> None:
    """Mark the response to a request as complete and as read at a store revision.

    Such a response may be cached, and is sent to all equal requests while the store is at this
    revision. The GraphQL endpoint marks its responses itself (`gql.http.protocol.REVISION_KEY`).
    """
    scope.setdefault("extensions", {})[REVISION_KEY] = revision


@dataclass(frozen=True, slots=True)
class Modification:
    """The last modification of a resource.

    Attributes:
        revision: the last store revision that changed the resource.
        modified_at: when that revision was imported, ``YYYY-MM-DDTHH:MM:SSZ``; None before the
            first import.
    """

    revision: int
    modified_at: str | None


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified of a resource.

    Attributes:
        etag: strong ETag, with its quotes.
        last_modified: time of the last modification; None if it is not known.
    """

    etag: str
    last_modified: datetime | None = None

    @classmethod
    def for_revision(cls, store_id: str, modification: Modification, *parts: str) -> Validators:
        """Return the validators of a resource that was last modified at a store revision.

        Args:
            store_id: part of the ETag, so that ETags of a rebuilt store never match old ones.
            modification: last modification of the resource.
            parts: everything else that the bytes depend on, and what identifies the resource.
        """
        text = "\0".join((store_id, str(modification.revision), VERSION, *parts))
        etag = _digest_etag(text.encode("utf-8", "surrogatepass"))
        return cls(etag, _parse_time(modification.modified_at))

    @classmethod
    def with_revision_prefix(
        cls, store_id: str, modification: Modification, *parts: str
    ) -> Validators:
        """Return validators whose ETag starts with the revision of the last modification.

        From such an ETag the server knows which revision the client has (`parse_revision`).

        Args:
            store_id: as for `for_revision`.
            modification: as for `for_revision`.
            parts: as for `for_revision`.
        """
        opaque = cls.for_revision(store_id, modification, *parts)
        return cls(f'"{modification.revision:x}-{opaque.etag[1:]}', opaque.last_modified)

    @classmethod
    def for_results(
        cls, results: Sequence[bytes], imported_at: str | None, *parts: str
    ) -> Validators:
        """Return the validators of a resource that depends only on results of store queries.

        Args:
            results: results of the queries, whatever revision they were read at.
            imported_at: time of the store's last import, as the time of the results' own last
                change is not known.
            parts: everything else that the bytes depend on, and what identifies the resource.
        """
        digest = hashlib.sha256("\0".join((VERSION, *parts)).encode("utf-8", "surrogatepass"))
        for result in results:
            digest.update(b"\0" + result)
        return cls(f'"{digest.hexdigest()[:24]}"', _parse_time(imported_at))

    @classmethod
    def for_bytes(cls, body: bytes) -> Validators:
        """Return the validators of bytes that do not change while the program runs."""
        return cls(_digest_etag(body))

    def headers(self) -> dict[str, str]:
        """Return the headers that a 200 and a 304 have in common (RFC 9110 section 15.4.5)."""
        fields = {"ETag": self.etag}
        if self.last_modified is not None:
            fields["Last-Modified"] = format_datetime(self.last_modified.astimezone(UTC), True)
        return fields


def parse_revision(etag: str) -> int | None:
    """Return the revision in an ETag of `Validators.with_revision_prefix`; None if it has none.

    Any client can make up such an ETag: compare it with the real one.
    """
    match = _REVISION_PREFIX.fullmatch(etag)
    return int(match[1], 16) if match else None


def _parse_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _digest_etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:24]}"'


def with_encoding(etag: str, encoding: str) -> str:
    """Return the ETag of a response in a content encoding: strong ETags differ if bytes do."""
    return etag if encoding == IDENTITY else f'{etag[:-1]}-{encoding}"'


def parse_etags(if_none_match: str) -> list[str]:
    """Return the ETags of If-None-Match, for weak comparison (RFC 9110 section 13.1.2)."""
    return _ETAG.findall(if_none_match)


def strip_encoding(if_none_match: str, accepted_encodings: Iterable[str]) -> list[str]:
    """Return the handlers' ETags that If-None-Match has in an accepted content encoding.

    A version in an encoding that the client does not accept now is of no use to it: a cache
    that serves many clients would send bytes to one that cannot decode them.
    """
    accepted, etags = set(accepted_encodings), []
    for etag in parse_etags(if_none_match):
        opaque, dash, encoding = etag[1:-1].rpartition("-")
        if not dash or encoding not in COMPRESSORS:
            etags.append(etag)
        elif encoding in accepted:
            etags.append(f'"{opaque}"')
    return etags


def matching_encoding(
    if_none_match: str, etag: str, accepted_encodings: Iterable[str]
) -> str | None:
    """Return the content encoding in which a client has a response, or None if it has none.

    The 304 has the ETag of that encoding: it tells a cache which of its stored responses is
    still valid (RFC 9111 section 4.3.4), whatever encoding a new response would have.

    Args:
        if_none_match: value of the If-None-Match header.
        etag: ETag of the response, without an encoding.
        accepted_encodings: content encodings that the client accepts, preferred one first.
    """
    client_etags = set(parse_etags(if_none_match))
    return next(
        (
            encoding
            for encoding in accepted_encodings
            if with_encoding(etag, encoding) in client_etags
        ),
        None,
    )


def matches_any(if_none_match: str) -> bool:
    """Return whether If-None-Match is ``*``, which matches every existing resource."""
    return if_none_match.strip() == "*"


def is_unmodified_since(last_modified: str | None, if_modified_since: str) -> bool:
    """Return whether a resource is unmodified since a date; a malformed date is ignored."""
    since = _parse_date(if_modified_since)
    modified_at = _parse_date(last_modified) if last_modified else None
    return since is not None and modified_at is not None and modified_at <= since


def _parse_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def conditional_response(
    request: Request, validators: Validators, media_type: str, body: bytes
) -> Response:
    """Return a 200 with a body, or a 304 if the client has it."""
    if is_not_modified(request, validators):
        return Response(status_code=304, headers=validators.headers())
    return Response(body, headers={"Content-Type": media_type} | validators.headers())


def is_not_modified(request: Request, validators: Validators) -> bool:
    """Return whether If-None-Match has the ETag of a resource."""
    return validators.etag in parse_etags(request.headers.get("if-none-match", ""))
