"""A browser reader: a page of another origin fetches feeds, as if they were its own."""

from __future__ import annotations

import pytest

from tests.server.live import running_server
from tests.store.archive import Archive

pytestmark = pytest.mark.process

FETCH = """async ([url, headers]) => {
  const response = await fetch(url, {headers, cache: "no-store"});
  const {status, redirected} = response, etag = response.headers.get("ETag");
  return {status, redirected, etag, link: response.headers.get("Link"),
    text: await response.text(), origin: location.origin};
}"""


@pytest.fixture
def feed_site(tmp_path):
    """A server with an article, and the archive and store behind it."""
    archive = Archive(tmp_path / "in")
    archive.write_article("a.md", title="The first story", date="2024-01-01", topics=["ai"])
    with running_server(tmp_path, roots=(archive.folder,)) as (url, _):
        yield url


def test_page_of_another_origin_reads_feeds(chromium, feed_site):
    """It gets feeds, also through a redirect, their ETags, 304s, errors, and the list of feeds."""
    context = chromium.new_context()
    page = context.new_page()
    # The same server under another name: nothing is intercepted, so the preflights are real.
    page.goto(f"{feed_site.replace('127.0.0.1', 'localhost')}/healthz")

    def fetch(path, **headers):
        return page.evaluate(FETCH, [f"{feed_site}{path}", headers])

    for path in ("/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds/all.json", "/feed/"):
        first = fetch(path)
        assert first["origin"] != feed_site
        assert (first["status"], first["redirected"]) == (200, path == "/feed/")
        assert "The first story" in first["text"]
        assert 'rel="self"' in first["link"]
        conditional = {"If-None-Match": first["etag"], "A-IM": "feed"}
        assert fetch(path, **conditional)["status"] == 304
    assert fetch("/feeds/topics/none.rss")["status"] == 404
    assert "xmlUrl" in fetch("/feeds.opml")["text"]
    context.close()
