"""JSON feeds, read by the rules of JSON Feed 1.1 and nothing else.

An item is known by its ``id``, which must not change; what it says has changed where its
``date_modified`` has (https://www.jsonfeed.org/version/1.1/#items).
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import httpx
import pytest

from tests.server.live import SECONDS, WITHOUT_TLS
from tests.server.readers.site import CHANGES, Site, check_news

VERSION = "https://jsonfeed.org/version/1.1"


class JsonReader:
    """What it has of each feed.

    Attributes:
        items: as they were last seen, by path and id.
        changed: titles of what was changed at the last visits.
    """

    def __init__(self, site):
        self._site = site
        self._tags, self._new = {}, {}
        self._client = httpx.Client(trust_env=False, verify=WITHOUT_TLS, timeout=SECONDS)
        self.items, self.changed = {}, []

    def reload(self):
        """Ask for all feeds."""
        for feed, path in zip(self._site.feeds, self._site.paths, strict=True):
            got = self._client.get(feed, headers=self._tags.get(path, {}))
            self._tags[path] = {"If-None-Match": got.headers["etag"]}
            if got.status_code == httpx.codes.NOT_MODIFIED:
                continue
            assert got.headers["content-type"] == "application/feed+json"
            told = got.json()
            assert told["version"] == VERSION
            assert told["title"]
            ids = [item["id"] for item in told["items"]]
            assert len(ids) == len(set(ids))
            for item in told["items"]:
                self._take(path, item)

    def close(self):
        """Close its connections."""
        self._client.close()

    def arrived(self):
        """Return what is new since the last call."""
        found, self._new = self._new, {}
        return found

    def _take(self, path, item):
        key = (path, item["id"])
        before, self.items[key] = self.items.get(key), item
        if before is None:
            self._new.setdefault(path, []).append(item["title"])
        elif _modified(item) != _modified(before):
            self.changed.append((path, item["title"]))


def _modified(item):
    return datetime.fromisoformat(item["date_modified"])


@pytest.fixture
def site(tmp_path):
    """The site's JSON feeds."""
    folder = tmp_path / "site"
    folder.mkdir()
    with Site(folder, ("json",)) as site:
        yield site


@pytest.fixture
def reader(site):
    """A reader of all feeds."""
    with closing(JsonReader(site)) as reader:
        yield reader


@pytest.mark.slow
def test_each_new_story_arrives_once(site, reader):
    """In each feed that carries it, the newest first."""
    reader.reload()
    assert reader.arrived() == site.carried()
    for stories in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(stories)
        for carried in (site.carried(*stories), {}):
            check_news(site.asked(reader), carried)
            assert reader.arrived() == carried
    assert reader.changed == []


@pytest.mark.slow
def test_nothing_comes_again(site, reader):
    """Neither from a store made anew, nor with other addresses; an edit has another date."""
    reader.reload()
    assert reader.arrived() == site.carried()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            reader.reload()
        assert reader.arrived() == {}, change
    reader.changed.clear()
    site.edit("Models", title="Larger models")
    for _ in range(2):
        reader.reload()
    assert reader.arrived() == {}
    assert reader.changed == [("/feeds/topics/ai.json", "Larger models")]
    site.publish({"After all that": ["AI", "Space"]})
    reader.reload()
    assert reader.arrived() == site.carried("After all that")
