"""The pages in headless Chromium: what a person who opens the address is shown."""

from __future__ import annotations

import re
import subprocess

from tests.browser.marks import QUIET
from tests.server.live import SECONDS, serving
from tests.tools import need


def opened(chromium, folder, address):
    """The document as the browser has it after loading the address."""
    done = subprocess.run(
        [chromium, *QUIET, f"--user-data-dir={folder}/chromium", "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
        check=True,
    )
    return done.stdout


def test_the_home_page_leads_to_every_topic_and_feed(tmp_path):
    """Topics and their feeds are there, announced too, and nothing comes from elsewhere."""
    chromium = need("chromium")
    with serving(tmp_path) as (site, statuses):
        home = opened(chromium, tmp_path, f"{site}/")
        for slug in ("ai", "computer-vision", "facebook-ai"):
            assert f'href="/topics/{slug}"' in home
            assert f"{site}/feeds/topics/{slug}.rss" in home
            assert f"{site}/feeds/topics/{slug}.atom" in home
        assert re.search(r'<link rel="alternate" [^>]*application/rss\+xml', home)
        topic = opened(chromium, tmp_path, f"{site}/topics/ai")
    assert topic.count("<h3>") == 4
    assert "<script" not in home + topic
    # A favicon is asked for too. The second page's style is still good.
    assert set(statuses) <= {200, 304}
