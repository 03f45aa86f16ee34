"""The site's icon files: ``python -m tests.browser.icons`` rasterizes ``favicon.svg`` again.

It writes ``favicon.ico`` and ``apple-touch-icon.png`` into the same folder; they are committed.
"""

from __future__ import annotations

import html
import json
import re
import struct
import subprocess
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import NamedTuple

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS

STATIC = Path(__file__).resolve().parents[2] / "server" / "static"
ICON_SIZES = (16, 32, 48)
TOUCH_ICON_SIZE = 180
SVG_TYPE = "image/svg+xml"

# Without these, Chromium contacts its vendor's servers at every start.
CHROMIUM_ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

_ICO_ENTRY = struct.Struct("<BBBBHHII")
"""Width, height, number of colors, 0, planes, bits per pixel, size in bytes, offset."""

_ICO_HEADER = struct.Struct("<HHH")
"""0, 1 for an icon, number of images."""

_RASTERIZE_PAGE = """<!doctype html><pre></pre><script>
const image = new Image();
image.onload = () => {
  const rasters = SIZES.map(size => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    canvas.getContext("2d").drawImage(image, 0, 0, size, size);
    const pixels = canvas.getContext("2d").getImageData(0, 0, size, size).data;
    return [canvas.toDataURL("image/png").split(",")[1], [...pixels]];
  });
  document.querySelector("pre").textContent = JSON.stringify(rasters);
};
image.src = "data:TYPE;base64,IMAGE";
</script>"""


class Raster(NamedTuple):
    """A PNG and its pixels from the upper left: red, green, blue and opacity of each."""

    png: bytes
    pixels: list[int]


def rasterize(chromium: str, image: bytes, media_type: str, *sizes: int) -> list[Raster]:
    """Rasterize an image with Chromium.

    Args:
        chromium: path of the program.
        image: the image file.
        media_type: media type of the image.
        sizes: width and height of each raster in pixels.
    """
    page = _RASTERIZE_PAGE.replace("SIZES", json.dumps(sizes)).replace("TYPE", media_type)
    page = page.replace("IMAGE", b64encode(image).decode())
    with tempfile.TemporaryDirectory() as folder:
        (file := Path(folder) / "rasterize.html").write_text(page, "utf-8")
        profile = f"--user-data-dir={folder}/chromium"
        command = [chromium, *CHROMIUM_ARGUMENTS, profile, "--virtual-time-budget=5000"]
        result = subprocess.run(
            [*command, "--dump-dom", file.as_uri()],
            capture_output=True,
            text=True,
            timeout=2 * TIMEOUT_SECONDS,
            check=True,
        )
    match = re.search(r"<pre>(.+)</pre>", result.stdout)
    assert match, "Chromium has drawn nothing"
    rasters = json.loads(html.unescape(match[1]))
    return [Raster(b64decode(png), pixels) for png, pixels in rasters]


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG (PNG specification, section 11.2.1)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "not a PNG"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pack_ico(pngs: list[bytes]) -> bytes:
    """Pack PNGs into a Windows icon file."""
    offset = _ICO_HEADER.size + len(pngs) * _ICO_ENTRY.size
    entries = []
    for png in pngs:
        entries.append(_ICO_ENTRY.pack(*png_size(png), 0, 0, 1, 32, len(png), offset))
        offset += len(png)
    return b"".join((_ICO_HEADER.pack(0, 1, len(pngs)), *entries, *pngs))


def unpack_ico(icon: bytes) -> list[bytes]:
    """Return the PNGs in a Windows icon file; check that the sizes in its directory are right."""
    zero, kind, count = _ICO_HEADER.unpack_from(icon)
    assert (zero, kind) == (0, 1), "not an icon"
    pngs = []
    for index in range(count):
        position = _ICO_HEADER.size + index * _ICO_ENTRY.size
        width, height, _, _, _, _, length, offset = _ICO_ENTRY.unpack_from(icon, position)
        pngs.append(icon[offset : offset + length])
        assert png_size(pngs[-1]) == (width, height)
    return pngs


def main() -> None:
    """Write the icon files."""
    chromium, svg = require_tool("chromium"), (STATIC / "favicon.svg").read_bytes()
    images = [raster.png for raster in rasterize(chromium, svg, SVG_TYPE, *ICON_SIZES)]
    (STATIC / "favicon.ico").write_bytes(pack_ico(images))
    # Phones round the corners themselves, and show black in transparent areas.
    square = svg.replace(b' rx="7"', b"")
    (raster,) = rasterize(chromium, square, SVG_TYPE, TOUCH_ICON_SIZE)
    (STATIC / "apple-touch-icon.png").write_bytes(raster.png)


if __name__ == "__main__":
    main()
