"""Readers subscribe to a list of feeds at once."""

from __future__ import annotations

import subprocess

import httpx
import pytest
from lxml import etree

from tests.server.live import SECONDS, serving
from tests.tools import need

pytestmark = pytest.mark.process


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
