"""Python's feedparser in an aggregator, which sends ETag and date and stores the ids of entries."""

from __future__ import annotations

import feedparser
import pytest

from tests.server.readers.site import CHANGES, WITH_NEW_SCHEME, check_responses


class Aggregator:
    """Requests all feeds of a site with feedparser.

    Attributes:
        edited: feed path and title of entries updated after their publication; Atom only, as RSS
            has no such time.
    """

    def __init__(self, site):
        self._site = site
        self._validators, self._seen, self._new_titles = {}, set(), {}
        self.edited = set()

    def reload(self):
        """Request all feeds."""
        for url, path in zip(self._site.feeds, self._site.paths, strict=True):
            feed = feedparser.parse(url, **self._validators.get(path, {}))
            assert not feed.bozo, path
            assert feed.status in (200, 226, 304), path
            self._validators[path] = {"etag": feed.etag, "modified": feed.modified}
            for entry in feed.entries:
                if (path, entry.id) not in self._seen:
                    self._seen.add((path, entry.id))
                    self._new_titles.setdefault(path, []).append(entry.title)
                elif path.endswith(".atom") and entry.updated_parsed != entry.published_parsed:
                    self.edited.add((path, entry.title))

    def new_titles(self):
        """Return titles of entries that are new since the last call, by feed path."""
        titles, self._new_titles = self._new_titles, {}
        return titles


@pytest.mark.slow
def test_new_article_is_shown_once(site):
    """It is shown in each of its feeds; unchanged feeds are not sent."""
    aggregator = Aggregator(site)
    exchanges = site.record_reload(aggregator).values()
    assert {exchange.status for exchange in exchanges} == {200}
    assert aggregator.new_titles() == site.titles_by_feed()
    for articles in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(articles)
        for expected in (site.titles_by_feed(*articles), {}):
            check_responses(site.record_reload(aggregator), expected)
            assert aggregator.new_titles() == expected


@pytest.mark.process
def test_no_article_is_shown_again(site_in_processes):
    """Neither after a rebuild nor with changed URLs; Atom shows an edit by its time of update.

    Each server is a new process, so ids do not depend on random values of a process.
    """
    site, aggregator = site_in_processes, Aggregator(site_in_processes)
    aggregator.reload()
    assert aggregator.new_titles() == site.titles_by_feed()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            aggregator.reload()
        assert aggregator.new_titles() == {}, change
    aggregator.edited.clear()
    site.edit("Models", title="Larger models")
    aggregator.reload()
    assert aggregator.new_titles() == {}
    assert ("/feeds/topics/ai.atom", "Larger models") in aggregator.edited
    # A delta does not have the entry that was edited before.
    assert {title for _, title in aggregator.edited} - {WITH_NEW_SCHEME} == {"Larger models"}
    site.publish({"After all that": ["AI", "Space"]})
    aggregator.reload()
    assert aggregator.new_titles() == site.titles_by_feed("After all that")
