"""The mark that browsers show for a site."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

from tests.browser.marks import (
    ICON_SIZES,
    STATIC,
    SVG_TYPE,
    TOUCH_SIZE,
    drawn,
    packed,
    size_of,
    unpacked,
)
from tests.tools import need

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 6_000

ROUNDING = 8
"""By how much of 255 browsers differ at edges."""


@pytest.mark.parametrize(
    ("path", "media_type", "file"),
    [
        ("/favicon.ico", "image/vnd.microsoft.icon", "favicon.ico"),
        ("/static/favicon.svg", "image/svg+xml", "favicon.svg"),
        ("/static/apple-touch-icon.png", "image/png", "apple-touch-icon.png"),
    ],
)
async def test_how_the_mark_is_served(client, path, media_type, file):
    """By its media type, small, and with a strong tag."""
    response = await client.get(path)
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == media_type
    assert response.content == (STATIC / file).read_bytes()
    assert len(response.content) < MOST_BYTES
    tag = response.headers["etag"]
    assert not tag.startswith("W/")
    again = await client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == httpx.codes.NOT_MODIFIED


def test_sizes():
    """An icon has a picture for tabs, one for finer screens, and one for the desktop."""
    icon = (STATIC / "favicon.ico").read_bytes()
    pictures = unpacked(icon)
    assert [size_of(one) for one in pictures] == [(size, size) for size in ICON_SIZES]
    assert packed(pictures) == icon
    touch = (STATIC / "apple-touch-icon.png").read_bytes()
    assert size_of(touch) == (TOUCH_SIZE, TOUCH_SIZE)


def test_the_drawing_needs_nothing_from_elsewhere():
    """It runs nothing and loads nothing, and grows to any size."""
    root = etree.parse(STATIC / "favicon.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 32 32"
    names = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert names == {"svg", "title", "rect", "path", "g", "circle"}
    assert not any(
        "href" in name or name.startswith("on") for e in root.iter() for name in e.attrib
    )


@pytest.mark.process
def test_pictures_are_of_the_drawing():
    """Whoever changes the drawing draws them anew; another one does not come out the same."""
    chromium, svg = need("chromium"), (STATIC / "favicon.svg").read_bytes()
    pictures = unpacked((STATIC / "favicon.ico").read_bytes())
    now = drawn(chromium, svg, SVG_TYPE, *ICON_SIZES)
    other = drawn(chromium, svg.replace(b"#0b5cad", b"#1b5cad"), SVG_TYPE, *ICON_SIZES)
    for picture, as_now, as_other in zip(pictures, now, other, strict=True):
        (kept,) = drawn(chromium, picture, "image/png", size_of(picture)[0])
        assert difference(kept.pixels, as_now.pixels) <= ROUNDING
        assert difference(kept.pixels, as_other.pixels) > ROUNDING


def difference(one, other):
    """Return by how much pixels differ where they do the most."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
