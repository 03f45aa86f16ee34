"""The types of files that are served to readers, seen from their names and first bytes. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.media_suffixes import MEDIA_TYPES, SVG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEAD_BYTES: Final = 4096
"""How many first bytes of a file decide on its type."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+svg|(?:svg:)?svg\b)")
_SVG_ELEMENT: Final = re.compile(rb"<(?:svg:)?svg[\s>]")
_PDF_START: Final = 1024
"""Among how many bytes a PDF begins: readers accept others before it."""


def _is_mpeg_audio(head: bytes) -> bool:
    return head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")


def _is_iso_media(head: bytes) -> bool:
    """Return whether this is an ISO base media file (ISO/IEC 14496-12)."""
    return head[4:8] == b"ftyp"


def _is_avif(head: bytes) -> bool:
    # The brands of the file are in its first box, which is short.
    return _is_iso_media(head) and re.search(rb"avi[fs]", head[8:64]) is not None


def _is_svg(head: bytes) -> bool:
    return _SVG_START.match(head) is not None and _SVG_ELEMENT.search(head) is not None


_IS_OF_TYPE: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "image/apng": lambda head: head.startswith(_PNG),
    "image/avif": _is_avif,
    "image/bmp": lambda head: head.startswith(b"BM"),
    "image/gif": lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(_PNG),
    SVG: _is_svg,
    "image/vnd.microsoft.icon": lambda head: head.startswith(b"\0\0\1\0"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "audio/aac": _is_mpeg_audio,
    "audio/flac": lambda head: head.startswith((b"fLaC", b"ID3")),
    "audio/mp4": _is_iso_media,
    "audio/mpeg": _is_mpeg_audio,
    "audio/ogg": lambda head: head.startswith(b"OggS"),
    "audio/wav": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
    "video/mp4": _is_iso_media,
    "video/ogg": lambda head: head.startswith(b"OggS"),
    # Files of old cameras have no `ftyp`.
    "video/quicktime": lambda head: (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
    ),
    "video/webm": lambda head: head.startswith(b"\x1aE\xdf\xa3"),
    "application/pdf": lambda head: b"%PDF-" in head[: _PDF_START + 5],
}

_RASTER_TYPES: Final = tuple(
    name for name in _IS_OF_TYPE if name.startswith("image/") and name not in (SVG, "image/apng")
)


def has_served_suffix(path: str) -> bool:
    """Return whether a file with this name can be served."""
    return PurePosixPath(path).suffix.lower() in MEDIA_TYPES


def media_type(path: str, head: bytes) -> str | None:
    """Return the media type of a file; None if its contents are not what its name says.

    A picture of pixels has the type of its contents, whatever its suffix: browsers show it, too.

    Args:
        path: path of the file.
        head: its first bytes, `HEAD_BYTES` or all of them.
    """
    expected = MEDIA_TYPES.get(PurePosixPath(path).suffix.lower())
    if expected is None:
        return None
    if _IS_OF_TYPE[expected](head):
        return expected
    if expected not in _RASTER_TYPES:
        return None
    return next((name for name in _RASTER_TYPES if _IS_OF_TYPE[name](head)), None)
