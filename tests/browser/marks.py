"""The site's mark as pictures: ``python -m tests.browser.marks`` draws ``favicon.svg`` anew.

It writes ``favicon.ico`` and ``apple-touch-icon.png`` beside it, which are committed.
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

from tests.server.live import SECONDS
from tests.tools import need

STATIC = Path(__file__).resolve().parents[2] / "server" / "static"
ICON_SIZES = (16, 32, 48)
TOUCH_SIZE = 180
SVG_TYPE = "image/svg+xml"

# Without these, Chromium calls home at every start.
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

_ENTRY = struct.Struct("<BBBBHHII")
"""Width, height, colours, 0, planes, bits of a pixel, bytes, where they begin."""

_HEAD = struct.Struct("<HHH")
"""0, 1 for an icon, how many pictures."""

_DRAW = """<!doctype html><pre></pre><script>
const picture = new Image();
picture.onload = () => {
  const drawn = SIZES.map(size => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    canvas.getContext("2d").drawImage(picture, 0, 0, size, size);
    const pixels = canvas.getContext("2d").getImageData(0, 0, size, size).data;
    return [canvas.toDataURL("image/png").split(",")[1], [...pixels]];
  });
  document.querySelector("pre").textContent = JSON.stringify(drawn);
};
picture.src = "data:TYPE;base64,PICTURE";
</script>"""


class Drawn(NamedTuple):
    """A picture as a PNG, and its pixels from the upper left: red, green, blue and opacity."""

    png: bytes
    pixels: list[int]


def drawn(chromium: str, picture: bytes, media_type: str, *sizes: int) -> list[Drawn]:
    """Return a picture drawn anew, with so many pixels on each side."""
    page = _DRAW.replace("SIZES", json.dumps(sizes)).replace("TYPE", media_type)
    page = page.replace("PICTURE", b64encode(picture).decode())
    with tempfile.TemporaryDirectory() as folder:
        (file := Path(folder) / "draw.html").write_text(page, "utf-8")
        profile = f"--user-data-dir={folder}/chromium"
        done = subprocess.run(
            [chromium, *QUIET, profile, "--virtual-time-budget=5000", "--dump-dom", file.as_uri()],
            capture_output=True,
            text=True,
            timeout=2 * SECONDS,
            check=True,
        )
    told = re.search(r"<pre>(.+)</pre>", done.stdout)
    assert told, "chromium has drawn nothing"
    return [Drawn(b64decode(png), pixels) for png, pixels in json.loads(html.unescape(told[1]))]


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG (its specification, section 11.2.1)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "this is no PNG"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def packed(pngs: list[bytes]) -> bytes:
    """Return PNGs as an icon of Windows."""
    at = _HEAD.size + len(pngs) * _ENTRY.size
    entries = []
    for png in pngs:
        entries.append(_ENTRY.pack(*size_of(png), 0, 0, 1, 32, len(png), at))
        at += len(png)
    return b"".join((_HEAD.pack(0, 1, len(pngs)), *entries, *pngs))


def unpacked(icon: bytes) -> list[bytes]:
    """Return the PNGs of an icon, whose directory has to tell of them what they are."""
    zero, kind, number = _HEAD.unpack_from(icon)
    assert (zero, kind) == (0, 1), "this is no icon"
    found = []
    for place in range(number):
        width, height, _, _, _, _, length, at = _ENTRY.unpack_from(icon, 6 + place * _ENTRY.size)
        found.append(icon[at : at + length])
        assert size_of(found[-1]) == (width, height)
    return found


def main() -> None:
    """Draw the mark."""
    chromium, svg = need("chromium"), (STATIC / "favicon.svg").read_bytes()
    pictures = [one.png for one in drawn(chromium, svg, SVG_TYPE, *ICON_SIZES)]
    (STATIC / "favicon.ico").write_bytes(packed(pictures))
    # Telephones cut off corners by themselves, and show black where nothing is.
    square = svg.replace(b' rx="7"', b"")
    (STATIC / "apple-touch-icon.png").write_bytes(
        drawn(chromium, square, SVG_TYPE, TOUCH_SIZE)[0].png
    )


if __name__ == "__main__":
    main()
