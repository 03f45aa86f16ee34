"""Who is given the address of a page finds its feeds, and reads them."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import feedparser
import httpx
import pytest

from tests.server.live import SECONDS
from tests.server.readers.site import TOPICS, Site
from tests.server.readers.test_newsboat import Newsboat
from tests.tools import need

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site that no test here changes."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


def discovered(address):
    """What sfeed's own finder makes of a page: addresses of feeds with their types, in order."""
    page = httpx.get(address, trust_env=False).raise_for_status()
    done = subprocess.run(
        [need("sfeed_web"), address],
        input=page.content,
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    return [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize("slug", TOPICS)
def test_the_feeds_of_a_topic_are_found_by_its_page(site, slug):
    """The topic's first, in RSS and Atom, before those of everything."""
    found = discovered(f"{site.address}/topics/{slug}")
    expected = [
        (f"{site.address}/feeds/{name}.{suffix}", f"application/{suffix}+xml")
        for name in (f"topics/{slug}", "all")
        for suffix in ("rss", "atom")
    ]
    assert found == expected


def test_what_is_found_is_read(tmp_path, site):
    """The first that was found is given to newsboat and to feedparser."""
    found = {slug: discovered(f"{site.address}/topics/{slug}")[0][0] for slug in TOPICS}
    subscribed = SimpleNamespace(feeds=[*found.values()], path=site.path)
    newsboat = Newsboat(tmp_path / "newsboat", subscribed)
    newsboat.reload()
    arrived = newsboat.arrived()
    assert arrived == {path: found for path, found in site.carried().items() if "rss" in path}
    for address in found.values():
        read = feedparser.parse(httpx.get(address, trust_env=False).content)
        assert not read.bozo
        assert [entry.title for entry in read.entries] == arrived[site.path(address)]


@pytest.mark.parametrize(
    "path", ["", "/articles", "/providers", "/articles/wafers", "/diagnostics"]
)
def test_every_page_leads_to_a_feed(site, path):
    """If to no other, to that of everything."""
    found = [address for address, _type in discovered(f"{site.address}{path or '/'}")]
    assert f"{site.address}/feeds/all.rss" in found
