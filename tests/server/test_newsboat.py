"""newsboat, a real reader, subscribes to a feed of a real server."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing

import httpx
from lxml import etree

from tests.server.live import SECONDS, serving
from tests.tools import need


def test_newsboat_subscribes_and_asks_again(tmp_path):
    """It shows all stories once, and from its third visit on is told that nothing is new."""
    newsboat = need("newsboat")
    (tmp_path / "config").write_text("show-read-feeds yes\n", "utf-8")
    with serving(tmp_path) as (site, statuses):
        (tmp_path / "urls").write_text(f"{site}/feeds/topics/ai.rss\n", "utf-8")
        reload = [newsboat, "-x", "reload"]
        for option, name in (("-u", "urls"), ("-c", "cache.db"), ("-C", "config")):
            reload += [option, str(tmp_path / name)]
        environment = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
        for _ in range(3):
            done = subprocess.run(
                reload, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
            assert done.returncode == 0, done
    with closing(sqlite3.connect(tmp_path / "cache.db")) as cache:
        found = cache.execute("SELECT title, url, author, guid FROM rss_item").fetchall()
        feeds = cache.execute("SELECT title FROM rss_feed").fetchall()
    assert feeds == [("AI — newsgraph seeds",)]
    assert len(found) == len({guid for *_, guid in found}) == 4
    facebook = "Facebook will train its AI by using public videos"
    cnet = "https://www.cnet.com/news/facebook-will-train-its-ai-by-using-public-videos/"
    assert (facebook, cnet, "CNET") in {(title, url, author) for title, url, author, _ in found}
    # Its second visit names no tag; 200 there is right.
    assert statuses == [200, 200, 304]


def test_newsboat_imports_the_list_of_feeds(tmp_path):
    """All feeds of it, each under the name of its group."""
    newsboat = need("newsboat")
    with serving(tmp_path) as (site, _):
        listed = httpx.get(f"{site}/feeds.opml", trust_env=False).content
    (tmp_path / "feeds.opml").write_bytes(listed)
    done = subprocess.run(
        [newsboat, "-i", str(tmp_path / "feeds.opml"), "-u", str(tmp_path / "urls")],
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done
    found = dict(line.split(" ") for line in (tmp_path / "urls").read_text("utf-8").splitlines())
    assert found.keys() == set(etree.fromstring(listed).xpath("//@xmlUrl"))
    assert found[f"{site}/feeds/topics/ai.rss"] == '"Topics"'
    assert found[f"{site}/feeds/providers/cnet.com.rss"] == '"Providers"'
