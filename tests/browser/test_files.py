"""Files of documents in a real browser: pictures are shown, audio plays, and nothing runs."""

from __future__ import annotations

import io
import wave

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import REPLACEMENT_PNG, wait_until
from tests.server.live import running_server
from tests.store.archive import Archive
from tests.store.dump import fetch_rows
from tests.store.picture_files import svg

pytestmark = pytest.mark.process

RUN = "document.documentElement.setAttribute('data-has-run', '1')"
SCRIPTS = (
    f'<script>{RUN}</script><image href="https://elsewhere.example/a.png"/>'
    f'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="x"/></foreignObject>'
)
HOSTILE_SVG = svg(f'width="40" height="30" onload="{RUN}"').replace(b"<g/>", SCRIPTS.encode())


def silence():
    """Return a WAV file of a tenth of a second."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files_site(tmp_path_factory):
    """A server with an article that refers to files, and their URLs by name."""
    folder = tmp_path_factory.mktemp("files")
    archive = Archive(folder / "in")
    archive.write_file("a.png", REPLACEMENT_PNG)
    archive.write_file("a.svg", HOSTILE_SVG)
    archive.write_file("a.wav", silence())
    archive.write_article("png.md", date="2024-01-01", images=["a.png", "a.wav"])
    archive.write_article("svg.md", date="2024-01-01", image="a.svg")
    with running_server(folder, roots=(archive.folder,)) as (url, _):
        rows = fetch_rows(folder / "live.db", "SELECT path, href FROM local_file")
        yield url, {name: f"{url}/files/{href}" for name, href in rows}


@pytest.mark.parametrize(("slug", "width"), [("png", 40), ("svg", 40)])
def test_a_picture_is_shown(browse, files_site, slug, width):
    """A page shows the picture of its article, and an SVG runs nothing and loads nothing there."""
    url, _ = files_site
    page = browse(f"{url}/articles/{slug}")
    picture = page.locator("figure.main img")
    expect(picture).to_be_visible()
    wait_until(lambda: picture.evaluate("image => image.complete"), page)
    assert picture.evaluate("image => image.naturalWidth") == width


def test_an_svg_in_its_own_tab_runs_nothing(browse, files_site):
    """Neither scripts nor event handlers run, and no other file is loaded."""
    _, urls = files_site
    blocked = [r"Refused|Blocked|[Ff]orbidden|violates"]
    page = browse(urls["a.svg"], expected_errors=blocked)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.localName") == "svg"
    assert page.evaluate("document.documentElement.getAttribute('data-has-run')") is None


def test_audio_plays_in_its_own_tab(browse, files_site):
    """The browser reads the file, as no policy forbids it."""
    _, urls = files_site
    page = browse(urls["a.wav"])
    player = page.locator("video, audio")
    wait_until(lambda: player.evaluate("player => player.readyState > 0"), page)
    assert player.evaluate("player => player.error") is None
