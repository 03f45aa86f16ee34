"""The pictures of the README can be taken anew."""

from __future__ import annotations

import re
import struct

import pytest

from tests.browser.screenshots import FOLDER, SHOTS, take
from tests.server.cli.test_serve import ROOT

pytestmark = pytest.mark.process


@pytest.mark.usefixtures("graphiql")
def test_pictures_are_taken_of_each_page(chromium, site, tmp_path):
    """Each is as large as its screen, and has more in it than a blank or failing page."""
    taken = take(chromium, site, tmp_path)
    assert [path.stem for path in taken] == [name for name, *_ in SHOTS]
    for path, (_name, _path, screen, _scheme) in zip(taken, SHOTS, strict=True):
        picture = path.read_bytes()
        # A PNG's width and height stand in its first chunk (RFC 2083 section 4.1.1).
        assert struct.unpack(">II", picture[16:24]) == (screen["width"], screen["height"])
        assert len(picture) > 30_000


def test_the_readme_shows_them():
    """All of them, and none that is not there."""
    shown = re.findall(
        r"\]\(docs/screenshots/(\S+)\.png\)", (ROOT / "README.md").read_text("utf-8")
    )
    assert sorted(shown) == sorted(name for name, *_ in SHOTS)
    assert sorted(path.stem for path in FOLDER.glob("*.png")) == sorted(shown)
