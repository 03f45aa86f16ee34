"""Reads the files that front matter attaches to a document, such as the episode of a podcast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml import MappingNode, ScalarNode

from newsgraph.store.documents.document import Enclosure
from newsgraph.store.documents.fields import FieldReader, list_items
from newsgraph.store.documents.media_suffixes import media_type_of_url
from newsgraph.store.documents.uri_encoding import clean_url
from newsgraph.store.documents.urls import has_scheme, is_http_url
from newsgraph.store.documents.yaml_tags import BOOL_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node

ENCLOSURE_KEYS: Final = ("enclosure", "enclosures")
EPISODE_KEYS: Final = (
    *("podcast", "podcast_url", "podcast_file", "podcastUrl", "episode_url", "episode_file"),
    *("audio_url", "audioUrl", "audioURL", "audio_file", "audioFile", "mp3_url", "mp3"),
)
FILE_KEYS: Final = (
    *("audio", "video", "video_url", "videoUrl", "video_file", "videoFile"),
    *("media", "media_url", "media_file", "file"),
)
"""Keys that are also used for other things: only audio and video files count."""

ENCLOSURE_URL_KEYS: Final = ("url", "src", "href", "link", "file", "path", "asset")
FORMAT_KEYS: Final = ("mp3", "m4a", "ogg", "opus", "aac", "mp4")
"""Keys of the same file in several formats, as in Octopod."""

SIZE_KEYS: Final = (
    *("length", "size", "bytes", "filesize", "file_size", "fileSize", "size_in_bytes"),
    "length_in_bytes",
)
MEDIA_TYPE_KEYS: Final = ("type", "mime_type", "mimeType", "mime", "media_type", "mediaType")

_ALL_KEYS: Final = (*ENCLOSURE_KEYS, *EPISODE_KEYS, *FILE_KEYS)
_NAME: Final = re.compile(r"_?(?:url|file)$", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)
_MAX_SIZE: Final = 2**53


def parse_enclosures(fields: FieldReader) -> tuple[Enclosure, ...]:
    """Read the files that a document names, each once.

    A value can be a URL, a mapping with it, a list of these, or a URL with size and media type
    behind it, as in exports of WordPress. Values that name no file are ignored: the keys are
    also used for other things.
    """
    # Most documents have none of these keys.
    if fields.find(*_ALL_KEYS) is None:
        return ()
    by_url: dict[str, Enclosure] = {}
    for key in _ALL_KEYS:
        field = fields.find(key)
        for node in list_items(field[1]) if field else ():
            for enclosure in _parse_item(fields, key, node):
                by_url.setdefault(enclosure.url, enclosure)
    return tuple(by_url.values())


def _parse_item(fields: FieldReader, key: str, node: Node) -> Iterator[Enclosure]:
    if isinstance(node, MappingNode):
        item = FieldReader(fields.converter, node, fields.label_of(key))
        url_keys = ENCLOSURE_URL_KEYS if item.find(*ENCLOSURE_URL_KEYS) else FORMAT_KEYS
        size, media_type = _size(item, *SIZE_KEYS), _text(item, *MEDIA_TYPE_KEYS)
        names = (name for name in url_keys if item.find(name))
        # The first URL is that of the file, and the formats are several files.
        for name in list(names)[: 1 if url_keys is ENCLOSURE_URL_KEYS else None]:
            yield from _enclosure(_text(item, name), size, media_type, key)
    elif isinstance(node, ScalarNode) and node.tag != BOOL_TAG:
        url, size, media_type = _split(fields.converter.scalar_text(node))
        stem = _NAME.sub("", key)
        size = size or _size(fields, f"{stem}_size", f"{stem}_bytes", f"{stem}Size")
        yield from _enclosure(url, size, media_type, key)


def _enclosure(
    text: str | None, size: int | None, media_type: str | None, key: str
) -> Iterator[Enclosure]:
    url = clean_url(text or "")
    if url.startswith("//"):
        url = f"https:{url}"
    if not url or (has_scheme(url) and not is_http_url(url)):
        return
    stated = media_type.lower() if media_type and _MEDIA_TYPE.fullmatch(media_type) else None
    shown = stated or media_type_of_url(url)
    if shown is None and is_http_url(url):
        # The URL of a service that counts requests shows no type.
        guess = "application/octet-stream" if key in ENCLOSURE_KEYS else "audio/mpeg"
        shown = guess if key not in FILE_KEYS else None
    is_file = shown is not None and shown.startswith(("audio/", "video/"))
    if shown is not None and (is_file or key in ENCLOSURE_KEYS):
        yield Enclosure(url, shown, size)


def _split(text: str) -> tuple[str, int | None, str | None]:
    """Return URL, size and media type of a text that has them one behind the other."""
    url, *rest = text.split() or [""]
    size: int | None = None
    media_type: str | None = None
    for part in rest:
        if part.isascii() and part.isdigit():
            size = _valid_size(part)
        elif _MEDIA_TYPE.fullmatch(part):
            media_type = part
        elif media_type is None:
            # A blank in the name of a file; what follows a media type is something else.
            return text, None, None
    return url, size, media_type


def _size(fields: FieldReader, *keys: str) -> int | None:
    text = _text(fields, *keys) or ""
    return _valid_size(text) if text.isascii() and text.isdigit() else None


def _valid_size(digits: str) -> int | None:
    """Return a size in bytes; 0 means that it is not known."""
    size = int(digits) if len(digits) < len(str(_MAX_SIZE)) else 0
    return size or None


def _text(fields: FieldReader, *keys: str) -> str | None:
    field = fields.find(*keys)
    if field is None or not isinstance(field[1], ScalarNode):
        return None
    return fields.converter.scalar_text(field[1]).strip()
