"""Programs discover the feeds of a page by its URL, and can read them."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import feedparser
import httpx
import pytest

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS
from tests.server.readers.site import TOPICS, Site
from tests.server.readers.test_newsboat import Newsboat

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a site which no test of this module changes."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


def discover(page_url):
    """Return URL and media type of each feed that sfeed_web finds in a page, in order."""
    page = httpx.get(page_url, trust_env=False).raise_for_status()
    completed = subprocess.run(
        [require_tool("sfeed_web"), page_url],
        input=page.content,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    return [tuple(line.split("\t")) for line in completed.stdout.decode().splitlines()]


@pytest.mark.parametrize("slug", TOPICS)
def test_page_of_a_topic_links_to_its_feeds(site, slug):
    """They are in RSS and Atom, and before the feed of all articles."""
    assert discover(f"{site.url}/topics/{slug}") == [
        (f"{site.url}/feeds/topics/{slug}.rss", "application/rss+xml"),
        (f"{site.url}/feeds/topics/{slug}.atom", "application/atom+xml"),
        (f"{site.url}/feeds/all.rss", "application/rss+xml"),
    ]


def test_first_discovered_feed_can_be_read(tmp_path, site):
    """Newsboat and feedparser show the same articles."""
    feed_urls = {slug: discover(f"{site.url}/topics/{slug}")[0][0] for slug in TOPICS}
    subscriptions = SimpleNamespace(feeds=[*feed_urls.values()], path=site.path)
    newsboat = Newsboat(tmp_path / "newsboat", subscriptions)
    newsboat.reload()
    titles = newsboat.new_titles()
    expected = site.titles_by_feed()
    assert titles == {path: expected[path] for path in expected if "rss" in path}
    for url in feed_urls.values():
        feed = feedparser.parse(httpx.get(url, trust_env=False).content)
        assert not feed.bozo
        assert [entry.title for entry in feed.entries] == titles[site.path(url)]


@pytest.mark.parametrize(
    "path", ["", "/articles", "/providers", "/articles/wafers", "/diagnostics"]
)
def test_every_page_links_to_a_feed(site, path):
    """Every page links at least to the feed of all articles."""
    urls = [url for url, _type in discover(f"{site.url}{path or '/'}")]
    assert f"{site.url}/feeds/all.rss" in urls
