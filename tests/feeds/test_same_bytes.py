"""Equal entries give equal bytes, wherever and whenever they are rendered."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

SCRIPT = """
import locale, sys
from dataclasses import replace
from datetime import UTC, datetime
from newsgraph.feeds import Author, Category, Entry, FeedMetadata, Image, Outline
from newsgraph.feeds import render_atom, render_json_feed, render_opml, render_rss

locale.setlocale(locale.LC_ALL, "")
when = datetime(2021, 3, 12, 21, 41, tzinfo=UTC)
empty = FeedMetadata("urn:uuid:0", "t", "d", "https://a.example/f", "https://a.example/", "a")
filled = replace(empty, language="en", updated=when)
entry = Entry("urn:uuid:1", "\\u00fc", "https://a.example/1", when, when, "s", "p", (Author("x"),),
              (Category("t", "T"),), Image("https://a.example/1.webp", 1, 2))
for render in (render_rss, render_atom, render_json_feed):
    sys.stdout.buffer.write(render(filled, [entry, entry]) + render(empty, []))
sys.stdout.buffer.write(render_opml("t", [Outline("o", "https://a.example/f")]))
"""


def render_in_subprocess(**environment):
    """Return the bytes that the script renders with these environment variables."""
    root = Path(__file__).parents[2]
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **environment},
        capture_output=True,
        check=True,
    )
    return completed.stdout


def test_environment_does_not_change_the_bytes():
    """The clock, time zone, locale and hash seed do not change a feed."""
    expected = render_in_subprocess()
    assert len(expected) > 1000
    start_second = int(time.time())
    while int(time.time()) == start_second:
        time.sleep(0.05)
    for environment in (
        {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"},
    ):
        assert render_in_subprocess(**environment) == expected, environment
