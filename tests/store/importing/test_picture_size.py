"""Sizes of pictures, from the beginnings of their files."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.importing.media_types import MEDIA_TYPES, SVG
from newsgraph.store.importing.picture_size import MAX_PIXELS, MAX_READ_BYTES, picture_size
from tests.store.picture_files import FILES, bmp, icon, jpeg, png, svg

PICTURES = [name for name in FILES if MEDIA_TYPES[f".{name[2:]}"].startswith("image/")]


def size_of(data, media_type="image/jpeg"):
    """Return the size of a picture."""
    return picture_size(io.BytesIO(data), media_type)


class CountingFile(io.BytesIO):
    """A file that counts the bytes that are read."""

    read_bytes = 0

    def read(self, size=-1, /):
        """Read from the file."""
        data = super().read(size)
        self.read_bytes += len(data)
        return data


@pytest.mark.parametrize("name", PICTURES)
def test_the_size_of_each_type(name):
    """Width and height are in this order."""
    size = size_of(FILES[name], MEDIA_TYPES[f".{name[2:]}"])
    assert size == ((32, 32) if name == "a.ico" else (30, 20))


def test_other_files_have_no_size():
    """Audio, video and documents have none here."""
    assert size_of(FILES["a.mp4"], "video/mp4") is None
    assert size_of(FILES["a.pdf"], "application/pdf") is None


def test_a_turned_photo():
    """The size is that of the picture as it is shown (Exif's orientation)."""
    assert size_of(jpeg(30, 20, orientation=6)) == (20, 30)
    assert size_of(jpeg(30, 20, orientation=3)) == (30, 20)


def test_a_large_header_is_skipped():
    """The size of a JPEG comes after its thumbnails and profiles, which are not read."""
    file = CountingFile(jpeg(padding=3_000_000))
    assert picture_size(file, "image/jpeg") == (30, 20)
    assert file.read_bytes < 1000


def test_not_more_than_the_limit_is_read():
    """A file made of small segments is read up to the limit, and has no size then."""
    file = CountingFile(b"\xff\xd8" + b"\xff\xe2\0\2" * 1_000_000)
    assert picture_size(file, "image/jpeg") is None
    assert file.read_bytes <= MAX_READ_BYTES


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(0, 20), "image/png"),
        (png(MAX_PIXELS + 1, 20), "image/png"),
        (png(2**32 - 1, 2**32 - 1), "image/png"),
        (bmp(-5, 20), "image/bmp"),
        (png()[:20], "image/png"),
        (b"", "image/gif"),
        (icon()[:7], "image/vnd.microsoft.icon"),
    ],
)
def test_impossible_sizes(data, media_type):
    """A picture without pixels, or with too many, or with a broken header has no size."""
    assert size_of(data, media_type) is None


def test_icons_of_256_pixels():
    """The byte is 0 then."""
    assert size_of(icon(256, 256), "image/vnd.microsoft.icon") == (256, 256)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30" height="20"', (30, 20)),
        ("width='30px' height=' 20.4px '", (30, 20)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 300 150"', (300, 150)),
        ('viewBox="0,0,300.5,150"', (300, 150)),
        ('width="100%" height="100%" viewBox="0 0 300 150"', (300, 150)),
        ('width="60" viewBox="0 0 300 150"', (60, 30)),
        ('height="75" viewBox="0 0 300 150"', (150, 75)),
        ('stroke-width="3" viewBox="0 0 10 5"', (10, 5)),
        ('width="1em" height="1em"', None),
        ('viewBox="0 0 0 0"', None),
        ('viewBox="none"', None),
        ('width="99999999" height="1"', None),
        ("", None),
    ],
)
def test_svg(attributes, size):
    """Lengths are in CSS's units; without them, the coordinate system has the proportions."""
    assert size_of(svg(attributes), SVG) == size


def test_the_size_of_an_svg_is_that_of_its_root():
    """Lengths of other elements do not count."""
    data = b'<?xml version="1.0"?><!-- <svg width="1" height="1"> -->' + svg('viewBox="0 0 4 2"')
    assert size_of(data.replace(b"<g/>", b'<rect width="9" height="9"/>'), SVG) == (4, 2)


def test_entities_are_not_expanded():
    """A declaration can be a few lines that expand to gigabytes."""
    bomb = b'<!DOCTYPE svg [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert size_of(bomb + svg('width="&b;" height="5"'), SVG) is None


@given(st.sampled_from(PICTURES), st.data())
def test_mutated_files(name, data):
    """A file whose bytes are changed has a size or none, and raises nothing."""
    original = FILES[name]
    start = data.draw(st.integers(0, len(original)))
    changed = original[:start] + data.draw(st.binary(max_size=20)) + original[start + 5 :]
    size = size_of(changed, MEDIA_TYPES[f".{name[2:]}"])
    assert size is None or all(0 < pixels <= MAX_PIXELS for pixels in size)
