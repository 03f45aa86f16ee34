"""Parses and validates requests to the hub, without I/O (WebSub section 5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl, urlsplit

from newsgraph.server.urls import split_http_url
from newsgraph.server.websub.errors import HubRequestError
from newsgraph.server.websub.limits import (
    DEFAULT_LEASE_SECONDS,
    MAX_FORM_FIELDS,
    MAX_LEASE_SECONDS,
    MAX_SECRET_BYTES,
    MAX_URL_CHARACTERS,
    MAX_VERIFY_TOKEN_BYTES,
    MIN_LEASE_SECONDS,
)
from newsgraph.store.documents.uri_encoding import iri_to_uri, normalize_percent_encoding
from newsgraph.store.websub.models import SubscriptionRequest

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from newsgraph.store.websub.models import HubMode

FORM_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"

_KNOWN_FIELDS: Final = (
    "hub.mode",
    "hub.topic",
    "hub.callback",
    "hub.lease_seconds",
    "hub.secret",
    "hub.verify_token",
)
_MAX_BYTES: Final = {"hub.secret": MAX_SECRET_BYTES, "hub.verify_token": MAX_VERIFY_TOKEN_BYTES}
_DIGITS: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def parse_request(
    content_type: str, body: bytes, site_url: str, serial: str
) -> SubscriptionRequest:
    """Parse a request to subscribe or unsubscribe.

    Args:
        content_type: value of the Content-Type header, or an empty string.
        body: a form in UTF-8.
        site_url: base URL of the site, without a trailing slash.
        serial: random value that distinguishes this request from others.

    Raises:
        HubRequestError: the request is invalid; the message explains why.
    """
    fields = _parse_form(content_type, body)
    mode = fields.get("hub.mode", "")
    if mode == "publish":
        message = "This hub notices by itself when a feed changes; nothing needs to be published."
        raise HubRequestError(400, message)
    if mode not in ("subscribe", "unsubscribe"):
        message = f"hub.mode must be subscribe or unsubscribe, not {mode[:40]!r}."
        raise HubRequestError(400, message)
    for name in ("hub.callback", "hub.topic"):
        if not fields.get(name):
            raise HubRequestError(400, f"{name} is missing.")
    callback = fields["hub.callback"]
    for name, max_bytes in _MAX_BYTES.items():
        if len(fields.get(name, "").encode("utf-8")) > max_bytes:
            raise HubRequestError(400, f"{name} has more than {max_bytes} bytes.")
    lease_seconds = _parse_lease(fields.get("hub.lease_seconds", "")) if mode == "subscribe" else 0
    return SubscriptionRequest(
        mode=cast("HubMode", mode),
        topic=topic_from_url(fields["hub.topic"], site_url),
        topic_url=fields["hub.topic"],
        callback=callback,
        host=_validate_callback(callback),
        secret=fields.get("hub.secret") or None,
        verify_token=fields.get("hub.verify_token") or None,
        lease_seconds=lease_seconds,
        serial=serial,
    )


def _parse_form(content_type: str, body: bytes) -> dict[str, str]:
    """Return the form's fields; unknown fields are ignored, even if they are repeated."""
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != FORM_MEDIA_TYPE:
        raise HubRequestError(415, f"Send a form: Content-Type: {FORM_MEDIA_TYPE}.")
    charset = parameters.strip().lower().replace('"', "")
    if charset.startswith("charset=") and charset not in ("charset=utf-8", "charset=utf8"):
        raise HubRequestError(415, "Send the form in UTF-8.")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise HubRequestError(400, "The form is not UTF-8.") from error
    except ValueError as error:
        message = f"The form has more than {MAX_FORM_FIELDS} parameters."
        raise HubRequestError(400, message) from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in _KNOWN_FIELDS and fields.setdefault(name, value) != value:
            raise HubRequestError(400, f"{name} has two different values.")
    return fields


def _parse_lease(text: str) -> int:
    """Return the duration of a lease in seconds: the requested one, within the hub's limits."""
    if not text:
        return DEFAULT_LEASE_SECONDS
    if not _DIGITS.fullmatch(text) or int(text) == 0:
        raise HubRequestError(400, "hub.lease_seconds must be a positive integer.")
    return min(max(int(text), MIN_LEASE_SECONDS), MAX_LEASE_SECONDS)


def _validate_callback(callback: str) -> str:
    """Check a callback's URL, and return its host in lower case."""
    parts = _split_url("hub.callback", callback)
    if not callback.isascii():
        message = "hub.callback must be ASCII: percent-encode all other characters."
        raise HubRequestError(400, message)
    assert parts.hostname is not None  # noqa: S101 - `_split_url` checks it
    return parts.hostname


def topic_from_url(url: str, site_url: str) -> str:
    """Return the path and query of a feed's URL, below the site's base URL.

    They are percent-encoded like the site's own URLs, so that one feed is one topic.

    Raises:
        HubRequestError: the URL does not start with the site's base URL.
    """
    _split_url("hub.topic", url)
    parts, site = urlsplit(iri_to_uri(url)), urlsplit(site_url)
    path = normalize_percent_encoding(parts.path)
    is_internal = _origin(parts) == _origin(site) and path.startswith(f"{site.path}/")
    topic_path = path.removeprefix(site.path)
    has_dot_segment = bool({".", ".."} & set(topic_path.split("/")))
    if not is_internal or topic_path.startswith("//") or has_dot_segment:
        message = f"hub.topic is no feed of this site; their URLs start with {site_url}/feeds/"
        raise HubRequestError(400, message)
    return f"{topic_path}?{normalize_percent_encoding(parts.query)}" if parts.query else topic_path


def _split_url(name: str, url: str) -> SplitResult:
    """Split the URL in a field; it must be absolute."""
    if len(url) > MAX_URL_CHARACTERS:
        raise HubRequestError(400, f"{name} has more than {MAX_URL_CHARACTERS} characters.")
    try:
        parts = split_http_url(url)
    except ValueError as error:
        raise HubRequestError(400, f"{name} must be an absolute http or https URL.") from error
    if "#" in url or "@" in parts.netloc:
        raise HubRequestError(400, f"{name} must have no fragment, no user and no password.")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]
