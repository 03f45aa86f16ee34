"""The README's screenshots can be taken, and the README shows them."""

from __future__ import annotations

import re
import struct

import pytest

from tests.browser.readme_screenshots import FOLDER, SCREENSHOTS, take_screenshots
from tests.server.cli.test_serve import ROOT

pytestmark = pytest.mark.process


@pytest.mark.usefixtures("graphiql")
def test_screenshots_have_the_size_of_their_viewport(chromium, site, tmp_path):
    """Each file is larger than one of a blank or failing page would be."""
    paths = take_screenshots(chromium, site, tmp_path)
    assert [path.stem for path in paths] == [name for name, *_ in SCREENSHOTS]
    for path, (_name, _path, viewport, _color_scheme) in zip(paths, SCREENSHOTS, strict=True):
        png = path.read_bytes()
        # Width and height are in a PNG's first chunk (RFC 2083 section 4.1.1).
        assert struct.unpack(">II", png[16:24]) == (viewport["width"], viewport["height"])
        assert len(png) > 30_000


def test_the_readme_shows_all_screenshots():
    """It shows each screenshot, and no other; the files are in the folder."""
    shown = re.findall(
        r"\]\(docs/screenshots/(\S+)\.png\)", (ROOT / "README.md").read_text("utf-8")
    )
    assert sorted(shown) == sorted(name for name, *_ in SCREENSHOTS)
    assert sorted(path.stem for path in FOLDER.glob("*.png")) == sorted(shown)
