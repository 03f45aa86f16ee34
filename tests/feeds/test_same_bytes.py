"""The same stories give the same bytes, wherever and whenever they are rendered."""

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
from feeds import Category, Channel, Outline, Picture, Story
from feeds import render_atom, render_json, render_opml, render_rss

locale.setlocale(locale.LC_ALL, "")
when = datetime(2021, 3, 12, 21, 41, tzinfo=UTC)
empty = Channel("urn:uuid:0", "t", "d", "https://a.example/f", "https://a.example/", "a")
filled = replace(empty, language="en", updated=when)
story = Story("urn:uuid:1", "\\u00fc", "https://a.example/1", when, when, "s", "p", ("x",),
              (Category("t", "T"),), Picture("https://a.example/1.webp", 1, 2))
for render in (render_rss, render_atom, render_json):
    sys.stdout.buffer.write(render(filled, [story, story]) + render(empty, []))
sys.stdout.buffer.write(render_opml("t", [Outline("o", "https://a.example/f")]))
"""


def rendered(**environment):
    """Render in a process of its own."""
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **environment},
        capture_output=True,
        check=True,
    )
    return found.stdout


def test_the_surroundings_do_not_matter():
    """Neither the clock nor zone, locale or hash seed shows in a feed."""
    here = rendered()
    assert len(here) > 1000
    over = int(time.time())
    while int(time.time()) == over:
        time.sleep(0.05)
    for environment in (
        {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"},
    ):
        assert rendered(**environment) == here, environment
