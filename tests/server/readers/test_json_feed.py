"""A reader of JSON feeds that relies on nothing but JSON Feed 1.1.

The ``id`` of an item must not change. An item has changed where its ``date_modified`` has
(https://www.jsonfeed.org/version/1.1/#items).
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import httpx
import pytest

from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS
from tests.server.readers.site import CHANGES, Site, check_responses

VERSION = "https://jsonfeed.org/version/1.1"


class JsonFeedReader:
    """Requests all feeds of a site with ETags.

    Attributes:
        items: last version of each item, by feed path and id.
        changed: feed path and title of items with a new time of modification.
    """

    def __init__(self, site):
        self._site = site
        self._conditions, self._new_titles = {}, {}
        self._client = httpx.Client(
            trust_env=False, verify=NO_CERTIFICATES, timeout=TIMEOUT_SECONDS
        )
        self.items, self.changed = {}, []

    def reload(self):
        """Request all feeds."""
        for url, path in zip(self._site.feeds, self._site.paths, strict=True):
            response = self._client.get(url, headers=self._conditions.get(path, {}))
            self._conditions[path] = {"If-None-Match": response.headers["etag"]}
            if response.status_code == httpx.codes.NOT_MODIFIED:
                continue
            assert response.headers["content-type"] == "application/feed+json"
            feed = response.json()
            assert feed["version"] == VERSION
            assert feed["title"]
            ids = [item["id"] for item in feed["items"]]
            assert len(ids) == len(set(ids))
            for item in feed["items"]:
                self._add_item(path, item)

    def close(self):
        """Close the connections."""
        self._client.close()

    def new_titles(self):
        """Return titles of items that are new since the last call, by feed path."""
        titles, self._new_titles = self._new_titles, {}
        return titles

    def _add_item(self, path, item):
        key = (path, item["id"])
        before, self.items[key] = self.items.get(key), item
        if before is None:
            self._new_titles.setdefault(path, []).append(item["title"])
        elif _modified_at(item) != _modified_at(before):
            self.changed.append((path, item["title"]))


def _modified_at(item):
    return datetime.fromisoformat(item["date_modified"])


@pytest.fixture
def site(tmp_path):
    """Return a site with JSON feeds."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder, ("json",)) as site:
        yield site


@pytest.fixture
def reader(site):
    """Return a reader of all feeds."""
    with closing(JsonFeedReader(site)) as reader:
        yield reader


@pytest.mark.slow
def test_new_article_is_shown_once(site, reader):
    """It is shown in each of its feeds, newest first."""
    reader.reload()
    assert reader.new_titles() == site.titles_by_feed()
    for articles in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(articles)
        for expected in (site.titles_by_feed(*articles), {}):
            check_responses(site.record_reload(reader), expected)
            assert reader.new_titles() == expected
    assert reader.changed == []


@pytest.mark.slow
def test_no_article_is_shown_again(site, reader):
    """Neither after a rebuild nor with changed URLs; an edit changes `date_modified`."""
    reader.reload()
    assert reader.new_titles() == site.titles_by_feed()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            reader.reload()
        assert reader.new_titles() == {}, change
    reader.changed.clear()
    site.edit("Models", title="Larger models")
    for _ in range(2):
        reader.reload()
    assert reader.new_titles() == {}
    assert reader.changed == [("/feeds/topics/ai.json", "Larger models")]
    site.publish({"After all that": ["AI", "Space"]})
    reader.reload()
    assert reader.new_titles() == site.titles_by_feed("After all that")
