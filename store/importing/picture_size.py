"""Reads how large a picture is from the beginning of its file."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

import imagesize

from newsgraph.store.documents.media_suffixes import SVG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

MAX_READ_BYTES: Final = 65_536
"""How much of a file is read; a large header can be skipped without reading it."""

MAX_PIXELS: Final = 100_000
"""Width and height of the largest picture; larger numbers are errors in the file."""

_ICON: Final = "image/vnd.microsoft.icon"
_LENGTH: Final = re.compile(r"\s*(\d{1,7}(?:\.\d{1,9})?)(px|pt|pc|mm|cm|in)?\s*")
_PIXELS_BY_UNIT: Final = {
    None: 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}
"""CSS Values and Units 4, section 6.2."""


def picture_size(file: BinaryIO, media_type: str) -> tuple[int, int] | None:
    """Return width and height of a picture in pixels, as it is shown; None if they are unknown.

    Args:
        file: the open file; its position changes.
        media_type: media type of the file; all but pictures have no size here.
    """
    if not media_type.startswith("image/"):
        return None
    file.seek(0)
    if media_type == SVG:
        size = _svg_size(file.read(MAX_READ_BYTES))
    elif media_type == _ICON:
        size = _icon_size(file.read(8))
    else:
        # It returns (-1, -1) for a broken file, and turns pictures as their Exif data says.
        size = imagesize.get(_BoundedReader(file))
    if size is None or not all(0 < pixels <= MAX_PIXELS for pixels in size):
        return None
    return size


class _BoundedReader:
    """A file of which at most `MAX_READ_BYTES` can be read; also a read of nothing counts."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._remaining = file, MAX_READ_BYTES

    def read(self, size: int = -1, /) -> bytes:
        """Read from the file.

        Raises:
            OSError: this is more than may be read.
        """
        if size < 0 or max(size, 1) > self._remaining:
            raise OSError("the header is too large")
        self._remaining -= max(size, 1)
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to a position in the file."""
        return self._file.seek(offset, whence)


def _icon_size(head: bytes) -> tuple[int, int] | None:
    """Return the size of the first picture in an icon; 0 means 256."""
    return (head[6] or 256, head[7] or 256) if len(head) == 8 else None


class _RootFound(Exception):
    """The root element has been read."""


def _svg_size(head: bytes) -> tuple[int, int] | None:
    """Return the size of an SVG picture: its lengths, or else that of its coordinate system."""
    root: dict[str, str] = {}

    def start_element(_name: str, attributes: Mapping[str, str]) -> None:
        root.update(attributes)
        raise _RootFound

    def declare_entity(*_declaration: object) -> None:
        # Entities can multiply to any length; the size does not need them.
        raise _RootFound

    parser = expat.ParserCreate()
    parser.StartElementHandler = start_element
    parser.EntityDeclHandler = declare_entity
    with suppress(_RootFound, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head, False)
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if width is not None and height is not None:
        return width, height
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip(), maxsplit=4)
    if len(box) != 4:
        return None
    box_width, box_height = _pixels(box[2]), _pixels(box[3])
    if not box_width or not box_height:
        return None
    if width is not None:
        return width, round(width * box_height / box_width)
    if height is not None:
        return round(height * box_width / box_height), height
    return box_width, box_height


def _pixels(text: str) -> int | None:
    """Return a length in pixels; None if it is relative, or no length."""
    match = _LENGTH.fullmatch(text)
    return None if match is None else round(float(match[1]) * _PIXELS_BY_UNIT[match[2]])
