"""Names that stay: what a document is called in paths, feeds, the graph and the tables."""

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

_NODE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*):([0-7][0-9a-f]{15})", re.ASCII)
_WORDS: Final = {"+": "-plus-", "#": "-sharp-", "&": "-and-", "'": "", "’": ""}
_HASH_DIGITS: Final = 8


def identity(explicit: str | None, path: str) -> str:
    r"""What a document is called: its own ``id``, else its path without the suffix.

    Args:
        explicit: the ``id`` of the front matter, if any.
        path: the file below its root, with ``/``.

    Returns:
        Text in NFC, so that file systems that decompose names give the same; bytes of a
        file name that are no text are written as ``\udcff``.
    """
    name = (explicit or "").strip() or _without_suffix(path)
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


def slug(identity: str) -> str:
    """The identity as it stands in addresses; two identities do not share one.

    Letters, digits and ``-._~/`` stand for themselves, so that most identities are their
    own slug. Others lose what does not fit and get eight digits of their SHA-256 at the end.
    """
    segments = identity.split("/")
    if all(_stands_for_itself(segment) for segment in segments):
        return identity
    fitting = (re.sub("-+", "-", _fitting(segment)).strip("-") for segment in segments)
    stem = "/".join(part for part in fitting if part not in ("", ".", ".."))
    return f"{stem}-{_digest(identity)}" if stem else _digest(identity)


def topic_slug(name: str) -> str:
    """A topic's name as it stands in addresses: ``Computer Vision`` is ``computer-vision``.

    Names that differ only in case, blanks or punctuation share one (``C++`` is
    ``c-plus-plus``, ``C#`` is ``c-sharp``, ``R&D`` is ``r-and-d``). A name with no letter
    or digit gets ``t-`` and eight digits of its SHA-256.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    spelled = "".join(
        character if _is_word(character) else _WORDS.get(character, "-") for character in folded
    )
    words = re.sub("-+", "-", spelled).strip("-")
    if any(map(str.isalnum, words)):
        return words
    return f"t-{_digest(name)}"


def href(text: str) -> str:
    """A slug or domain as it stands in the path of a URL (RFC 3986 section 3.3)."""
    return quote(text, safe="/-._~")


def key(kind: str, *parts: str) -> int:
    """A stable 63-bit number, never 0, for a thing of a kind: half of a SHA-256's first 8 bytes.

    Parts are joined with NUL and must not contain it.
    """
    digest = sha256("\0".join((kind, *parts)).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1 or 1


def node_id(kind: str, key: int) -> str:
    """The graph's opaque id: ``kind:key`` (hexadecimal) in base64url (RFC 4648 section 5)."""
    return urlsafe_b64encode(f"{kind}:{key:016x}".encode("ascii")).rstrip(b"=").decode("ascii")


def split_node_id(text: str) -> tuple[str, int] | None:
    """Kind and key of an id that `node_id` made; None for any other text."""
    try:
        plain = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (UnicodeError, binascii.Error):
        return None
    match = _NODE.fullmatch(plain)
    if match is None or node_id(match[1], int(match[2], 16)) != text:
        return None
    return match[1], int(match[2], 16)


def guid(collection_id: str, identity: str) -> str:
    """The GUID of a feed's entry: a UUIDv5 as ``urn:uuid:`` (RFC 9562 section 5.5).

    It depends on nothing but the collection's ``id`` and the document's identity, so a
    rebuilt store says the same, and two sites never do.
    """
    collection = uuid5(NAMESPACE_URL, "newsgraph:" + collection_id)
    return f"urn:uuid:{uuid5(collection, identity)}"


def _without_suffix(path: str) -> str:
    suffix = PurePosixPath(path).suffix
    return path.removesuffix(suffix) if suffix else path


def _is_word(character: str) -> bool:
    # Marks too: Hindi and Thai write vowels with them.
    return unicodedata.category(character)[0] in "LNM"


def _stands_for_itself(segment: str) -> bool:
    return segment not in ("", ".", "..") and all(
        character in "-._~" or _is_word(character) for character in segment
    )


def _fitting(segment: str) -> str:
    return "".join(
        character if character in "-._~" or _is_word(character) else "-" for character in segment
    )


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
