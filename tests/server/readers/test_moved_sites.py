"""Readers of a Jekyll site's and of a Hugo site's feed are led here, and see no entry twice."""

from __future__ import annotations

import html

import feedparser
import pytest

from tests.server.readers.moved_sites import SITES, copy_site, publish, serve_here, serve_old_site
from tests.server.readers.test_newsboat import Newsboat

TITLES = {
    "jekyll": ["Storm", "A tower & its clock", "The old bridge", "The bridge opens"],
    "hugo": ["A tower & its clock", "The ferry: a note", "The old bridge", "The bridge opens"],
}


class Feedparser:
    """Requests a feed, and keeps the ids of entries; after a 301 it uses the new URL."""

    def __init__(self, url):
        self._url, self._seen, self._arguments, self._new_titles = url, set(), {}, []

    def reload(self):
        """Request the feed."""
        feed = feedparser.parse(self._url, **self._arguments)
        assert not feed.bozo
        if feed.status == 301:
            self._url = feed.href
        self._arguments = {"etag": feed.get("etag"), "modified": feed.get("modified")}
        for entry in feed.entries:
            if entry.id not in self._seen:
                self._seen.add(entry.id)
                # Titles of the type html are HTML.
                self._new_titles.append(html.unescape(entry.title))

    def new_titles(self):
        """Return the titles of entries that are new since the last call."""
        titles, self._new_titles = self._new_titles, []
        return titles


class NewsboatTitles:
    """newsboat with the feed of an old server."""

    def __init__(self, folder, server):
        self._newsboat = Newsboat(folder / "newsboat", server)
        self.reload = self._newsboat.reload

    def new_titles(self):
        """Return the titles of articles that are new since the last call."""
        return [title for titles in self._newsboat.new_titles().values() for title in titles]


def create_reader(name, folder, server):
    """Return a reader that has subscribed to an old server's feed."""
    return Feedparser(*server.feeds) if name == "feedparser" else NewsboatTitles(folder, server)


READERS = ("feedparser", pytest.param("newsboat", marks=pytest.mark.process))


@pytest.mark.parametrize("reader_name", READERS)
@pytest.mark.parametrize("name", SITES)
def test_no_entry_is_shown_again(tmp_path, name, reader_name):
    """The old address redirects to the feed here; only what is published later is new."""
    site = SITES[name]
    archive = copy_site(name, tmp_path, site.entry_ids)
    with serve_old_site(name) as old_server:
        reader = create_reader(reader_name, tmp_path, old_server)
        reader.reload()
        assert reader.new_titles() == TITLES[name]
        with serve_here(tmp_path, archive) as url:
            old_server.moved_to = f"{url}{site.new_path}"
            for _ in range(3):
                reader.reload()
            assert reader.new_titles() == []
            publish(name, tmp_path, archive)
            reader.reload()
            assert reader.new_titles() == ["After the move"]


@pytest.mark.parametrize("name", SITES)
def test_without_the_setting_all_entries_are_shown_again(tmp_path, name):
    """This is what the setting is for."""
    archive = copy_site(name, tmp_path, None)
    with serve_old_site(name) as old_server, serve_here(tmp_path, archive) as url:
        reader = Feedparser(*old_server.feeds)
        reader.reload()
        reader.new_titles()
        old_server.moved_to = f"{url}{SITES[name].new_path}"
        reader.reload()
        assert sorted(reader.new_titles()) == sorted(TITLES[name])
