"""newsboat stores articles by their ids, and sends conditions from its third request on."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from itertools import chain

import pytest

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS
from tests.server.readers.site import CHANGES, WITH_NEW_SCHEME, check_responses

pytestmark = pytest.mark.process


class Newsboat:
    """Runs newsboat with its files in a folder.

    newsboat stores an article of several feeds once, and shows it in the one that it requested
    last. So that the articles of each feed can be seen, each feed has its own cache file.
    """

    def __init__(self, folder, site, config="", *, has_one_cache=False):
        self._folder, self._site, self._newsboat = folder, site, require_tool("newsboat")
        self._folder.mkdir()
        (folder / "config").write_text(f"show-read-feeds yes\n{config}", "utf-8")
        groups = [site.feeds] if has_one_cache else [[url] for url in site.feeds]
        self._names = [str(number) for number, _ in enumerate(groups)]
        for name, urls in zip(self._names, groups, strict=True):
            (folder / f"{name}.urls").write_text("".join(f"{url}\n" for url in urls), "utf-8")

    def reload(self):
        """Reload all feeds."""
        environment = {"HOME": str(self._folder), "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
        for name in self._names:
            command = [self._newsboat, "-x", "reload"]
            for option, file in (("-u", f"{name}.urls"), ("-c", f"{name}.db"), ("-C", "config")):
                command += [option, str(self._folder / file)]
            completed = subprocess.run(
                command, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
            )
            assert completed.returncode == 0, completed
            assert completed.stderr == b""

    def select(self, columns, where=""):
        """Return columns of the cached articles, ordered by feed, newest first."""
        order = "ORDER BY feedurl, pubDate DESC, id DESC"
        # The columns and the condition are constants of the tests.
        return self._execute(f"SELECT {columns} FROM rss_item {where} {order}")  # noqa: S608

    def new_titles(self):
        """Return the titles of unread articles by feed path, and mark all as read."""
        titles = {}
        for feed_url, title in self.select("feedurl, title", "WHERE unread"):
            titles.setdefault(self._site.path(feed_url), []).append(title)
        self._execute("UPDATE rss_item SET unread = 0")
        return titles

    def _execute(self, statement):
        rows = []
        for name in self._names:
            with closing(sqlite3.connect(self._folder / f"{name}.db")) as cache, cache:
                rows += cache.execute(statement).fetchall()
        return rows


@pytest.fixture
def newsboat(tmp_path, site):
    """Return newsboat, subscribed to all feeds."""
    return Newsboat(tmp_path / "newsboat", site)


def test_new_article_is_shown_once(site, newsboat):
    """It is shown once in each of its feeds; a delta has only the new entries."""
    first, second = site.record_reload(newsboat), site.record_reload(newsboat)
    # The second request of newsboat 2.21 has no ETag, so it gets a 200.
    assert {exchange.status for exchange in first.values()} == {200}
    assert all(
        exchange.status == (304 if exchange.is_conditional else 200) for exchange in second.values()
    )
    assert newsboat.new_titles() == site.titles_by_feed()
    check_responses(site.record_reload(newsboat), {})
    for articles in (
        {"Agents": ["AI"], "Everything at once": ["AI", "Chips", "Space"]},
        {"Rockets": ["Space"]},
    ):
        site.publish(articles)
        exchanges = site.record_reload(newsboat)
        accepted = {exchange.request_headers["a-im"] for exchange in exchanges.values()}
        assert accepted == {"feed"}
        check_responses(exchanges, site.titles_by_feed(*articles))
        assert newsboat.new_titles() == site.titles_by_feed(*articles)
        newsboat.reload()
        assert newsboat.new_titles() == {}
    rows = newsboat.select("feedurl, guid")
    assert len(rows) == len(set(rows)) == sum(map(len, site.titles_by_feed().values()))
    # An article has the same id in all feeds.
    assert len({guid for _, guid in rows}) == len(site.articles)


def test_article_of_several_feeds_is_stored_once(tmp_path, site):
    """With one cache for all feeds, an article is not shown as new again by another feed."""
    newsboat = Newsboat(tmp_path / "newsboat", site, has_one_cache=True)
    for _ in range(2):
        newsboat.reload()
    titles_by_feed = newsboat.new_titles()
    assert sorted(chain(*titles_by_feed.values())) == sorted(site.articles)
    assert all(
        set(titles) <= set(site.titles_by_feed()[path]) for path, titles in titles_by_feed.items()
    )
    site.publish({"Everything at once": ["AI", "Chips", "Space"], "Rockets": ["Space"]})
    for expected in (["Everything at once", "Rockets"], []):
        newsboat.reload()
        assert sorted(chain(*newsboat.new_titles().values())) == expected


def test_no_article_is_shown_again(site, newsboat):
    """Neither after a rebuild nor with changed URLs; new articles are shown after that."""
    newsboat.reload()
    assert newsboat.new_titles() == site.titles_by_feed()
    for change in CHANGES:
        change(site)
        for _ in range(3):
            newsboat.reload()
        assert newsboat.new_titles() == {}, change
    assert ("https://papers.example/chips-that-learn",) in newsboat.select("url")
    site.publish({"After all that": ["AI", "Space"]})
    newsboat.reload()
    assert newsboat.new_titles() == site.titles_by_feed("After all that")


def test_edit_replaces_title_and_content(site, newsboat):
    """The article stays read."""
    newsboat.reload()
    newsboat.new_titles()
    site.edit("Models", title="Larger models")
    newsboat.reload()
    site.edit("Orbits", excerpt="Of other orbits.")
    newsboat.reload()
    assert newsboat.new_titles() == {}
    contents = dict(newsboat.select("title, content"))
    assert "Larger models" in contents
    assert "Models" not in contents
    assert contents["Orbits"] == "Of other orbits."


def test_edit_is_unread_with_the_option_reset_unread_on_update(tmp_path, site):
    """The option names feeds."""
    feeds = " ".join(f'"{url}"' for url in site.feeds)
    newsboat = Newsboat(tmp_path / "newsboat", site, f"reset-unread-on-update {feeds}\n")
    newsboat.reload()
    newsboat.new_titles()
    site.edit(WITH_NEW_SCHEME, excerpt="Of those that learn fast.")
    newsboat.reload()
    assert newsboat.new_titles() == site.titles_by_feed(WITH_NEW_SCHEME)
