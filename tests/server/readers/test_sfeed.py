"""sfeed takes a story with another id, title or link for another one, and asks for everything.

Its configuration may say otherwise, as its manual shows: merge by the id alone, and ask with tags.
"""

from __future__ import annotations

import subprocess

import pytest

from tests.server.live import SECONDS
from tests.server.readers.site import CHANGES, OWN, SECURED, Site, check_news
from tests.tools import need

pytestmark = pytest.mark.process

TITLE, LINK, CONTENT, ID = 1, 2, 3, 5
"""Columns of sfeed(5)."""

CONFIGURED = r"""
merge() { sort -t "$(printf '\t')" -u -k6,6 "$3" "$2"; }
fetch() {
    curl --fail --silent --compressed --max-time 15 \
        --etag-save "$3.tag" --etag-compare "$3.tag" "$2"
}
"""
"""Of two lines with one id the first stays, which is that of the newer file."""


class Sfeed:
    """sfeed_update with its files in a folder."""

    def __init__(self, folder, site, config="", told_apart_by=(TITLE, LINK, ID)):
        self._folder, self._update, self._columns = folder, need("sfeed_update"), told_apart_by
        need("curl")
        folder.mkdir()
        self._names = {path.rpartition("/")[2]: path for path in site.paths}
        self._seen = set()
        named = zip(self._names, site.feeds, strict=True)
        feeds = "".join(f"    feed {name} {feed}\n" for name, feed in named)
        text = f"sfeedpath='{folder}/feeds'\n{config}feeds() {{\n{feeds}}}\n"
        (folder / "sfeedrc").write_text(text, "utf-8")

    def reload(self):
        """Update all feeds."""
        done = subprocess.run(
            [self._update, self._folder / "sfeedrc"],
            env={"HOME": str(self._folder), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done

    def lines(self):
        """Return the columns of all stories after the path of their feed, the newest first."""
        return [
            (path, line.split("\t"))
            for name, path in self._names.items()
            for line in (self._folder / "feeds" / name).read_text("utf-8").splitlines()
        ]

    def arrived(self):
        """Return what was not there the last time."""
        found, lines = {}, self.lines()
        keys = [(path, *(line[column] for column in self._columns)) for path, line in lines]
        assert len(keys) == len(set(keys))
        for key, (path, line) in zip(keys, lines, strict=True):
            if key not in self._seen:
                found.setdefault(path, []).append(line[TITLE])
        self._seen = set(keys)
        return found


@pytest.fixture
def plain(tmp_path, site):
    """The sfeed that everyone has at first."""
    return Sfeed(tmp_path / "sfeed", site)


@pytest.fixture
def configured(tmp_path, site):
    """An sfeed that merges by ids and asks with tags."""
    return Sfeed(tmp_path / "sfeed", site, CONFIGURED, (ID,))


def test_each_new_story_arrives_once(site, plain):
    """Also one in all three topics: once in each feed."""
    plain.reload()
    assert plain.arrived() == site.carried()
    for stories in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(stories)
        for carried in (site.carried(*stories), {}):
            asked = site.asked(plain).values()
            assert {(one.status, one.is_conditional) for one in asked} == {(200, False)}
            assert plain.arrived() == carried


def test_with_tags_only_what_changed_is_sent(site, configured):
    """By curl, which takes every coding that we have: each has a tag of its own."""
    configured.reload()
    assert configured.arrived() == site.carried()
    check_news(site.asked(configured), {})
    for stories in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(stories)
        for carried in (site.carried(*stories), {}):
            asked = site.asked(configured)
            check_news(asked, carried)
            assert {asked[path].headers["content-encoding"] for path in carried} <= {"zstd"}
            assert configured.arrived() == carried


def test_nothing_comes_again_by_its_id(site, configured):
    """Neither from a store made anew, nor with other addresses, nor edited: that is replaced."""
    configured.reload()
    assert configured.arrived() == site.carried()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            configured.reload()
        assert configured.arrived() == {}, change
    site.edit("Models", title="Larger models", excerpt="Of larger ones.")
    configured.reload()
    assert configured.arrived() == {}
    lines = [line for path, line in configured.lines() if path == "/feeds/topics/ai.rss"]
    assert [line[TITLE] for line in lines] == [SECURED, "Larger models"]
    assert lines[0][LINK].startswith("https:")
    assert lines[1][CONTENT] == "Of larger ones."
    site.publish({"After all that": ["AI", "Space"]})
    configured.reload()
    assert configured.arrived() == site.carried("After all that")


def test_as_it_comes_another_link_is_another_story(site, plain):
    """Both stay, under one id; a store made anew and another text make no difference."""
    plain.reload()
    plain.arrived()
    for change, again in (
        (Site.rebuild, ()),
        (Site.secure, (SECURED,)),
        (Site.move, (OWN,)),
        (lambda site: site.edit("Models", title="Larger models"), ("Models",)),
        (lambda site: site.edit("Orbits", excerpt="Of other orbits."), ()),
    ):
        change(site)
        plain.reload()
        assert plain.arrived() == (site.carried(*again) if again else {}), change
    ids = {line[ID] for _, line in plain.lines()}
    assert len(ids) == len(site.stories)
