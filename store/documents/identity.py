"""Stable identifiers: slugs, GUIDs of feed entries, node ids of the graph, and database keys."""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

_NODE_ID: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*):([0-7][0-9a-f]{15})", re.ASCII)
_SPELLED_OUT: Final = {"+": "-plus-", "#": "-sharp-", "&": "-and-", "'": "", "’": ""}
_HASH_DIGITS: Final = 8


def document_identity(explicit_id: str | None, path: str) -> str:
    r"""Return a document's identity: its ``id``, or else its path without suffix and ``/index``.

    Args:
        explicit_id: the ``id`` of the front matter, if any.
        path: the file's path relative to its root, with ``/``.

    Returns:
        Text in NFC, so that file systems that decompose names give the same identity. Bytes
        of a file name that are not valid UTF-8 are written as ``\udcff``.
    """
    return _normalize((explicit_id or "").strip()) or path_identities(path)[0]


def path_identities(path: str) -> tuple[str, str, str]:
    """Return the path without suffix and ``/index``, the path without its suffix, and the path."""
    suffix = PurePosixPath(path).suffix
    stem = path.removesuffix(suffix) if suffix else path
    return _normalize(stem.removesuffix("/index") or stem), _normalize(stem), _normalize(path)


def document_slug(identity: str) -> str:
    """Return the slug of a document in URLs; different identities have different slugs.

    Most identities are their own slug: letters, digits and ``-._~/`` are allowed. In others
    all other characters are replaced, and eight digits of the SHA-256 are appended.
    """
    segments = identity.split("/")
    if all(_is_valid_segment(segment) for segment in segments):
        return identity
    replaced = (re.sub("-+", "-", _replace_invalid(segment)).strip("-") for segment in segments)
    stem = "/".join(segment for segment in replaced if segment not in ("", ".", ".."))
    return f"{stem}-{_digest(identity)}" if stem else _digest(identity)


def topic_slug(name: str) -> str:
    """Return the slug of a topic's name: that of ``Computer Vision`` is ``computer-vision``.

    Names that differ only in case, whitespace or punctuation have the same slug, but ``C++``
    is ``c-plus-plus``, ``C#`` is ``c-sharp`` and ``R&D`` is ``r-and-d``. The slug of a name
    without letters or digits is ``t-`` and eight digits of its SHA-256.
    """
    return _slug_of_name(name, "t")


def author_slug(name: str) -> str:
    """Return the slug of an author's name or key, made as `topic_slug` does, but with ``a-``.

    Different authors can have the same slug; `store.importing.author_rows` makes them unique.
    """
    return _slug_of_name(name, "a")


def fold_name(name: str) -> str:
    """Return the form in which names are compared: without case, width and extra whitespace."""
    return " ".join(_fold(name).split())


def _fold(name: str) -> str:
    """Return a name without case and width; NFKC comes twice as folding the case can undo it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _slug_of_name(name: str, prefix: str) -> str:
    spelled_out = "".join(
        character if _is_word_character(character) else _SPELLED_OUT.get(character, "-")
        for character in _fold(name)
    )
    slug = re.sub("-+", "-", spelled_out).strip("-")
    if any(map(str.isalnum, slug)):
        return slug
    return f"{prefix}-{_digest(name)}"


def quote_path(text: str) -> str:
    """Percent-encode a slug or domain for the path of a URL (RFC 3986 section 3.3)."""
    return quote(text, safe="/-._~")


def stable_key(kind: str, *parts: str) -> int:
    """Return the database key of an object: a stable number of 63 bits, never 0.

    It consists of the first 63 bits of the SHA-256 of the arguments.

    Args:
        kind: the object's type.
        parts: what identifies the object within its type. They are joined with NUL and must
            not contain it.
    """
    digest = sha256("\0".join((kind, *parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1 or 1


def encode_node_id(kind: str, key: int) -> str:
    """Return an opaque id for GraphQL: ``kind:key`` (hexadecimal) in base64url (RFC 4648)."""
    return urlsafe_b64encode(f"{kind}:{key:016x}".encode("ascii")).rstrip(b"=").decode("ascii")


def decode_node_id(node_id: str) -> tuple[str, int] | None:
    """Return kind and key of an id made by `encode_node_id`, or None for any other text."""
    try:
        padded = node_id.encode("ascii") + b"=" * (-len(node_id) % 4)
        decoded = urlsafe_b64decode(padded).decode("ascii")
    except (UnicodeError, binascii.Error):
        return None
    match = _NODE_ID.fullmatch(decoded)
    if match is None or encode_node_id(match[1], int(match[2], 16)) != node_id:
        return None
    return match[1], int(match[2], 16)


def entry_guid(collection_id: str, identity: str) -> str:
    """Return the GUID of a feed entry: a UUIDv5 as ``urn:uuid:`` (RFC 9562 section 5.5).

    It depends only on the collection's ``id`` and the document's identity: a rebuilt store
    has the same GUIDs, and two sites never share one.
    """
    collection = uuid5(NAMESPACE_URL, "newsgraph:" + collection_id)
    return f"urn:uuid:{uuid5(collection, identity)}"


def _normalize(name: str) -> str:
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


def _is_word_character(character: str) -> bool:
    # Letters, numbers and marks: Hindi and Thai write vowels as marks.
    return unicodedata.category(character)[0] in "LNM"


def _is_valid_segment(segment: str) -> bool:
    return segment not in ("", ".", "..") and all(
        character in "-._~" or _is_word_character(character) for character in segment
    )


def _replace_invalid(segment: str) -> str:
    return "".join(
        character if character in "-._~" or _is_word_character(character) else "-"
        for character in segment
    )


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
