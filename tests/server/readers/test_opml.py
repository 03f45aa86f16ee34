"""Readers import the OPML list of feeds."""

from __future__ import annotations

import subprocess

import httpx
import pytest
from lxml import etree

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS, running_server

pytestmark = pytest.mark.process


def test_newsboat_imports_the_list_of_feeds(tmp_path):
    """It has all feeds, those of a group with its name as a tag."""
    newsboat = require_tool("newsboat")
    with running_server(tmp_path) as (site, _):
        opml = httpx.get(f"{site}/feeds.opml", trust_env=False).content
    (tmp_path / "feeds.opml").write_bytes(opml)
    completed = subprocess.run(
        [newsboat, "-i", str(tmp_path / "feeds.opml"), "-u", str(tmp_path / "urls")],
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert completed.returncode == 0, completed
    lines = (tmp_path / "urls").read_text("utf-8").splitlines()
    groups = {url: tag for url, _, tag in (line.partition(" ") for line in lines)}
    assert groups.keys() == set(etree.fromstring(opml).xpath("//@xmlUrl"))
    assert groups[f"{site}/feeds/all.rss"] == ""
    assert groups[f"{site}/feeds/topics/ai.rss"] == '"Topics"'
    assert groups[f"{site}/feeds/providers/cnet.com.rss"] == '"Providers"'
