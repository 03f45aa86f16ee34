"""The media types of pictures and other files, by the suffixes of their names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SVG: Final = "image/svg+xml"

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": SVG,
    ".webp": "image/webp",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
}
"""The media types of files that are served, by the suffixes of their names."""


def media_type_of_url(url: str) -> str | None:
    """Return the media type that the suffix of a URL or a path shows; None if it shows none."""
    path = re.split("[?#]", url, maxsplit=1)[0]
    return MEDIA_TYPES.get(PurePosixPath(path).suffix.lower())
