"""newsboat keeps stories by their GUIDs, and asks with conditions from its third visit on."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from itertools import chain

import pytest

from tests.server.live import SECONDS
from tests.server.readers.site import CHANGES, SECURED, check_news
from tests.tools import need

pytestmark = pytest.mark.process


class Newsboat:
    """newsboat with its files in a folder.

    It keeps a story once, whatever feeds carry it, and shows it in the one that it asked last.
    So to see what comes in each feed, each has a cache of its own.
    """

    def __init__(self, folder, site, config="", *, together=False):
        self._folder, self._site, self._newsboat = folder, site, need("newsboat")
        self._folder.mkdir()
        (folder / "config").write_text(f"show-read-feeds yes\n{config}", "utf-8")
        groups = [site.feeds] if together else [[feed] for feed in site.feeds]
        self._names = [str(number) for number, _ in enumerate(groups)]
        for name, feeds in zip(self._names, groups, strict=True):
            (folder / f"{name}.urls").write_text("".join(f"{feed}\n" for feed in feeds), "utf-8")

    def reload(self):
        """Reload all feeds."""
        environment = {"HOME": str(self._folder), "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
        for name in self._names:
            command = [self._newsboat, "-x", "reload"]
            for option, file in (("-u", f"{name}.urls"), ("-c", f"{name}.db"), ("-C", "config")):
                command += [option, str(self._folder / file)]
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
            assert done.returncode == 0, done
            assert done.stderr == b""

    def rows(self, what, where=""):
        """Return columns of its stories, those of a feed in a row, the newest first."""
        order = "ORDER BY feedurl, pubDate DESC, id DESC"
        # What is asked for is the test's own.
        return self._ask(f"SELECT {what} FROM rss_item {where} {order}")  # noqa: S608

    def arrived(self):
        """Return what is unread, and mark all as read."""
        found = {}
        for feed, title in self.rows("feedurl, title", "WHERE unread"):
            found.setdefault(self._site.path(feed), []).append(title)
        self._ask("UPDATE rss_item SET unread = 0")
        return found

    def _ask(self, statement):
        found = []
        for name in self._names:
            with closing(sqlite3.connect(self._folder / f"{name}.db")) as cache, cache:
                found += cache.execute(statement).fetchall()
        return found


@pytest.fixture
def newsboat(tmp_path, site):
    """newsboat, which has subscribed to all feeds."""
    return Newsboat(tmp_path / "newsboat", site)


def test_each_new_story_arrives_once(site, newsboat):
    """Also one in all three topics: once in each feed. The rest of the feeds is not sent again."""
    first, second = site.asked(newsboat), site.asked(newsboat)
    # The second visit of newsboat 2.21 names no tag; 200 there is right.
    assert {one.status for one in first.values()} == {200}
    assert all(one.status == (304 if one.is_conditional else 200) for one in second.values())
    assert newsboat.arrived() == site.carried()
    check_news(site.asked(newsboat), {})
    for stories in (
        {"Agents": ["AI"], "Everything at once": ["AI", "Chips", "Space"]},
        {"Rockets": ["Space"]},
    ):
        site.publish(stories)
        asked = site.asked(newsboat)
        assert {one.told["a-im"] for one in asked.values()} == {"feed"}
        check_news(asked, site.carried(*stories))
        assert newsboat.arrived() == site.carried(*stories)
        newsboat.reload()
        assert newsboat.arrived() == {}
    everything = newsboat.rows("feedurl, guid")
    assert len(everything) == len(set(everything)) == sum(map(len, site.carried().values()))
    # The same story has the same GUID in all feeds.
    assert len({guid for _, guid in everything}) == len(site.stories)


def test_a_story_of_several_feeds_is_kept_once(tmp_path, site):
    """Where one newsboat reads all feeds: it never comes as new by another one."""
    newsboat = Newsboat(tmp_path / "newsboat", site, together=True)
    for _ in range(2):
        newsboat.reload()
    arrived = newsboat.arrived()
    assert sorted(chain(*arrived.values())) == sorted(site.stories)
    assert all(set(titles) <= set(site.carried()[path]) for path, titles in arrived.items())
    site.publish({"Everything at once": ["AI", "Chips", "Space"], "Rockets": ["Space"]})
    for expected in (["Everything at once", "Rockets"], []):
        newsboat.reload()
        assert sorted(chain(*newsboat.arrived().values())) == expected


def test_nothing_comes_again(site, newsboat):
    """Neither from a store made anew, nor with other addresses; and it hears of news after."""
    newsboat.reload()
    assert newsboat.arrived() == site.carried()
    for change in CHANGES:
        change(site)
        for _ in range(3):
            newsboat.reload()
        assert newsboat.arrived() == {}, change
    assert ("https://papers.example/chips-that-learn",) in newsboat.rows("url")
    site.publish({"After all that": ["AI", "Space"]})
    newsboat.reload()
    assert newsboat.arrived() == site.carried("After all that")


def test_an_edit_is_shown_in_its_place(site, newsboat):
    """It stays read, with its new title and text."""
    newsboat.reload()
    newsboat.arrived()
    site.edit("Models", title="Larger models")
    newsboat.reload()
    site.edit("Orbits", excerpt="Of other orbits.")
    newsboat.reload()
    assert newsboat.arrived() == {}
    found = dict(newsboat.rows("title, content"))
    assert "Larger models" in found
    assert "Models" not in found
    assert found["Orbits"] == "Of other orbits."


def test_an_edit_is_unread_where_that_is_wanted(tmp_path, site):
    """By newsboat's own setting, in the feeds that it names."""
    feeds = " ".join(f'"{feed}"' for feed in site.feeds)
    newsboat = Newsboat(tmp_path / "newsboat", site, f"reset-unread-on-update {feeds}\n")
    newsboat.reload()
    newsboat.arrived()
    site.edit(SECURED, excerpt="Of those that learn fast.")
    newsboat.reload()
    assert newsboat.arrived() == site.carried(SECURED)
