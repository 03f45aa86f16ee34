"""The type of a file is seen from its name and its contents, which have to agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.importing.media_types import (
    HEAD_BYTES,
    MEDIA_TYPES,
    has_served_suffix,
    media_type,
)
from tests.store.picture_files import FILES, MP4, PDF, avif, jpeg, png, svg

PAGE = (Path(__file__).parents[3] / "docs" / "documents.md").read_text("utf-8")


def test_each_type_is_recognized():
    """A file of each type has the type of its suffix, in any case."""
    assert {Path(name).suffix for name in FILES} == set(MEDIA_TYPES)
    for name, data in FILES.items():
        assert media_type(name, data[:HEAD_BYTES]) == MEDIA_TYPES[Path(name).suffix]
        assert media_type(name.upper(), data[:HEAD_BYTES]) == MEDIA_TYPES[Path(name).suffix]


def test_the_page_lists_the_types():
    """docs/documents.md has the suffixes of all files that are served."""
    table = PAGE[PAGE.index("| files | suffixes |") :].partition("\n\n")[0]
    assert set(re.findall(r"`(\.\w+)`", table)) == set(MEDIA_TYPES)


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.js", "a.xml", "a", "png", ".png", "a.png."])
def test_other_suffixes_are_not_served(name):
    """What a browser could run is never served, whatever it contains."""
    assert not has_served_suffix(name)
    assert media_type(name, png()) is None


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
@pytest.mark.parametrize(
    "data",
    [b"", b"<!doctype html><script>alert(1)</script>", b"<html><svg></svg></html>", b"\x7fELF"],
)
def test_other_contents_are_not_served(suffix, data):
    """A name does not make a picture of a page or a program."""
    assert media_type(f"a{suffix}", data) is None


def test_a_picture_with_the_suffix_of_another_type():
    """It has the type of its contents; an SVG, a video or a document is none of these types."""
    assert media_type("a.png", jpeg()) == "image/jpeg"
    assert media_type("a.jpg", avif()) == "image/avif"
    for data in (svg(), MP4, PDF):
        assert media_type("a.png", data) is None
    assert media_type("a.svg", png()) is None


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\xef\xbb\xbf",
        b'<?xml version="1.0"?>\n',
        b"<!-- made by hand -->\n",
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">',
    ],
)
def test_beginnings_of_svg(start):
    """Byte order mark, declaration, comment and document type can precede the element."""
    assert media_type("a.svg", start + svg()) == "image/svg+xml"


@given(st.sampled_from(sorted(MEDIA_TYPES)), st.binary(max_size=200))
def test_any_bytes(suffix, data):
    """Any bytes have a type of the list, or none."""
    assert media_type(f"a{suffix}", data) in {None, *MEDIA_TYPES.values()}
