"""A request to the hub, read and checked; pure (WebSub section 5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl, quote, urlsplit

from newsgraph.server.websub.errors import Refused
from newsgraph.server.websub.limits import (
    ADDRESS_CHARACTERS,
    FIELDS,
    LEAST_LEASE,
    MOST_LEASE,
    SECRET_BYTES,
    USUAL_LEASE,
)
from newsgraph.store.websub.values import Request

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from newsgraph.store.websub.values import Mode

FORM_TYPE: Final = "application/x-www-form-urlencoded"

_KNOWN: Final = ("hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret")
_NOT_IN_AN_ADDRESS: Final = re.compile(r"[\s\x00-\x20\x7f\"<>\\^`{|}]")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_DIGITS: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_PORTS: Final = {"http": 80, "https": 443}


def parse(content_type: str, body: bytes, site: str, serial: str) -> Request:
    """Read a request to subscribe or unsubscribe.

    Args:
        content_type: the header, or an empty text.
        body: a form in UTF-8.
        site: what addresses of our own begin with; no slash at the end.
        serial: what tells this request from others.

    Raises:
        Refused: it is none that can be taken; the message says why.
    """
    said = _fields(content_type, body)
    mode = said.get("hub.mode", "")
    if mode == "publish":
        told = "Nothing needs to be published here: this hub sees by itself when a feed changes."
        raise Refused(400, told)
    if mode not in ("subscribe", "unsubscribe"):
        raise Refused(400, f"hub.mode has to be subscribe or unsubscribe, not {mode[:40]!r}.")
    for name in ("hub.callback", "hub.topic"):
        if not said.get(name):
            raise Refused(400, f"{name} is missing.")
    callback = said["hub.callback"]
    secret = said.get("hub.secret") or None
    if secret is not None and len(secret.encode("utf-8")) > SECRET_BYTES:
        raise Refused(400, f"hub.secret has more than {SECRET_BYTES} bytes.")
    return Request(
        mode=cast("Mode", mode),
        topic=topic_below(said["hub.topic"], site),
        topic_url=said["hub.topic"],
        callback=callback,
        host=_callback_host(callback),
        secret=secret,
        lease_seconds=_lease(said.get("hub.lease_seconds", "")) if mode == "subscribe" else 0,
        serial=serial,
    )


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    """Return the parameters that count; others may stand beside them, and mean nothing."""
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != FORM_TYPE:
        raise Refused(415, f"Send a form: Content-Type: {FORM_TYPE}.")
    charset = parameters.strip().lower().replace('"', "")
    if charset.startswith("charset=") and charset not in ("charset=utf-8", "charset=utf8"):
        raise Refused(415, "Send the form in UTF-8.")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS
        )
    except UnicodeDecodeError as error:
        raise Refused(400, "The form is not UTF-8.") from error
    except ValueError as error:
        raise Refused(400, f"The form has more than {FIELDS} parameters.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in _KNOWN and found.setdefault(name, value) != value:
            raise Refused(400, f"{name} is given twice, and not the same.")
    return found


def _lease(said: str) -> int:
    """Return the seconds that a subscription lasts, which need not be those asked for."""
    if not said:
        return USUAL_LEASE
    if not _DIGITS.fullmatch(said) or int(said) == 0:
        raise Refused(400, "hub.lease_seconds has to be a positive whole number.")
    return min(max(int(said), LEAST_LEASE), MOST_LEASE)


def _callback_host(callback: str) -> str:
    """Check a callback, and return its host in lower case."""
    parts = _address("hub.callback", callback)
    if not callback.isascii():
        raise Refused(400, "hub.callback has to be ASCII: write the rest percent-encoded.")
    assert parts.hostname is not None  # noqa: S101 - `_address` has seen to it
    return parts.hostname


def topic_below(address: str, site: str) -> str:
    """Return a feed's path and query below the site.

    Escapes are put into the form that our own addresses have, so that one feed is one topic.

    Raises:
        Refused: the address does not begin with the site's.
    """
    parts, ours = _address("hub.topic", address), urlsplit(site)
    path = _canonical(parts.path)
    is_ours = _origin(parts) == _origin(ours) and path.startswith(f"{ours.path}/")
    below = path.removeprefix(ours.path)
    if not is_ours or below.startswith("//") or {".", ".."} & set(below.split("/")):
        raise Refused(400, f"hub.topic is no feed of this site; they all begin with {site}/feeds/")
    return f"{below}?{_canonical(parts.query)}" if parts.query else below


def _address(name: str, said: str) -> SplitResult:
    """Take an address apart that has to be a whole one."""
    if len(said) > ADDRESS_CHARACTERS:
        raise Refused(400, f"{name} has more than {ADDRESS_CHARACTERS} characters.")
    try:
        parts = urlsplit(said)
        good = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or _NOT_IN_AN_ADDRESS.search(said):
        raise Refused(400, f"{name} has to be a whole http or https address.")
    if "#" in said or "@" in parts.netloc:
        raise Refused(400, f"{name} must have no fragment, no user and no password.")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _canonical(text: str) -> str:
    """Write a path or query as our addresses do (RFC 3986 section 6.2.2, WebSub section 5.1.1)."""

    def escape(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if _UNRESERVED.fullmatch(character) else found[0].upper()

    printable = "".join(map(chr, range(0x21, 0x7F)))
    return _ESCAPE.sub(escape, quote(text, safe=printable))
