"""The site's icon."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

from tests.browser.icons import (
    ICON_SIZES,
    STATIC,
    SVG_TYPE,
    TOUCH_ICON_SIZE,
    pack_ico,
    png_size,
    rasterize,
    unpack_ico,
)
from tests.external_programs import require_tool

SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 6_000

MAX_COLOR_DIFFERENCE = 8
"""How much (of 255) the edges of shapes may differ between browser versions."""


@pytest.mark.parametrize(
    ("path", "media_type", "file"),
    [
        ("/favicon.ico", "image/vnd.microsoft.icon", "favicon.ico"),
        ("/static/favicon.svg", "image/svg+xml", "favicon.svg"),
        ("/static/apple-touch-icon.png", "image/png", "apple-touch-icon.png"),
    ],
)
async def test_icons_are_served_with_a_strong_etag(client, path, media_type, file):
    """They are small and have the right media types."""
    response = await client.get(path)
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == media_type
    assert response.content == (STATIC / file).read_bytes()
    assert len(response.content) < MAX_BYTES
    etag = response.headers["etag"]
    assert not etag.startswith("W/")
    again = await client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == httpx.codes.NOT_MODIFIED


def test_the_icon_has_all_sizes():
    """It has images for tabs, for tabs on high-resolution screens, and for the desktop."""
    icon = (STATIC / "favicon.ico").read_bytes()
    images = unpack_ico(icon)
    assert [png_size(image) for image in images] == [(size, size) for size in ICON_SIZES]
    assert pack_ico(images) == icon
    touch_icon = (STATIC / "apple-touch-icon.png").read_bytes()
    assert png_size(touch_icon) == (TOUCH_ICON_SIZE, TOUCH_ICON_SIZE)


def test_the_svg_has_no_scripts_and_no_references():
    """The SVG consists of basic shapes and scales to any size."""
    root = etree.parse(STATIC / "favicon.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 32 32"
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names == {"svg", "title", "rect", "path", "g", "circle"}
    assert not any(
        "href" in name or name.startswith("on")
        for element in root.iter()
        for name in element.attrib
    )


@pytest.mark.process
def test_the_icon_is_rasterized_from_the_svg():
    """The images equal the rendered SVG, but for rounding, and differ from another one."""
    chromium, svg = require_tool("chromium"), (STATIC / "favicon.svg").read_bytes()
    images = unpack_ico((STATIC / "favicon.ico").read_bytes())
    expected = rasterize(chromium, svg, SVG_TYPE, *ICON_SIZES)
    other_svg = svg.replace(b"#0b5cad", b"#1b5cad")
    others = rasterize(chromium, other_svg, SVG_TYPE, *ICON_SIZES)
    for image, same, other in zip(images, expected, others, strict=True):
        (raster,) = rasterize(chromium, image, "image/png", png_size(image)[0])
        assert max_difference(raster.pixels, same.pixels) <= MAX_COLOR_DIFFERENCE
        assert max_difference(raster.pixels, other.pixels) > MAX_COLOR_DIFFERENCE


def max_difference(pixels, other_pixels):
    """Return the largest difference of two images' color values."""
    return max(abs(a - b) for a, b in zip(pixels, other_pixels, strict=True))
