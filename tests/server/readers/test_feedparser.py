"""Python's feedparser, as an aggregator uses it: tag and date of the last visit, GUIDs in a set."""

from __future__ import annotations

import feedparser
import pytest

from tests.server.readers.site import CHANGES, SECURED, check_news


class Aggregator:
    """What it has of each feed.

    Attributes:
        edited: stories that were changed after they were published, which RSS does not tell.
    """

    def __init__(self, site):
        self._site = site
        self._last, self._seen, self._new = {}, set(), {}
        self.edited = set()

    def reload(self):
        """Ask for all feeds."""
        for feed, path in zip(self._site.feeds, self._site.paths, strict=True):
            got = feedparser.parse(feed, **self._last.get(path, {}))
            assert not got.bozo, path
            assert got.status in (200, 226, 304), path
            self._last[path] = {"etag": got.etag, "modified": got.modified}
            for entry in got.entries:
                if (path, entry.id) not in self._seen:
                    self._seen.add((path, entry.id))
                    self._new.setdefault(path, []).append(entry.title)
                elif path.endswith(".atom") and entry.updated_parsed != entry.published_parsed:
                    self.edited.add((path, entry.title))

    def arrived(self):
        """Return what is new since the last call."""
        found, self._new = self._new, {}
        return found


@pytest.mark.slow
def test_each_new_story_arrives_once(site):
    """In each feed that carries it; what has not changed is not sent."""
    aggregator = Aggregator(site)
    assert {one.status for one in site.asked(aggregator).values()} == {200}
    assert aggregator.arrived() == site.carried()
    for stories in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(stories)
        for carried in (site.carried(*stories), {}):
            check_news(site.asked(aggregator), carried)
            assert aggregator.arrived() == carried


@pytest.mark.process
def test_nothing_comes_again(site_of_processes):
    """Neither from a store made anew, nor with other addresses; an edit is told as such in Atom.

    Each server is a process of its own, so ids depend on nothing that a process draws at random.
    """
    site, aggregator = site_of_processes, Aggregator(site_of_processes)
    aggregator.reload()
    assert aggregator.arrived() == site.carried()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            aggregator.reload()
        assert aggregator.arrived() == {}, change
    aggregator.edited.clear()
    site.edit("Models", title="Larger models")
    aggregator.reload()
    assert aggregator.arrived() == {}
    assert ("/feeds/topics/ai.atom", "Larger models") in aggregator.edited
    # Where only news is sent, what was edited before is not seen again.
    assert {title for _, title in aggregator.edited} - {SECURED} == {"Larger models"}
    site.publish({"After all that": ["AI", "Space"]})
    aggregator.reload()
    assert aggregator.arrived() == site.carried("After all that")
