"""sfeed shows an article with another id, title or URL as another one, and sends no conditions.

Its configuration can change that, as its manual shows: merge by id only, and send ETags.
"""

from __future__ import annotations

import subprocess

import pytest

from tests.external_programs import require_tool
from tests.server.live import TIMEOUT_SECONDS
from tests.server.readers.site import (
    CHANGES,
    WITH_NEW_SCHEME,
    WITHOUT_URL,
    Site,
    check_responses,
)

pytestmark = pytest.mark.process

TITLE, LINK, CONTENT, ID = 1, 2, 3, 5
"""Columns of sfeed(5)."""

CONFIG = r"""
merge() { sort -t "$(printf '\t')" -u -k6,6 "$3" "$2"; }
fetch() {
    curl --fail --silent --compressed --max-time 15 \
        --etag-save "$3.tag" --etag-compare "$3.tag" "$2"
}
"""
"""Of two lines with the same id the first one is kept, which is that of the newer file."""


class Sfeed:
    """Runs sfeed_update with its files in a folder."""

    def __init__(self, folder, site, config="", key_columns=(TITLE, LINK, ID)):
        self._folder, self._update, self._key_columns = (
            folder,
            require_tool("sfeed_update"),
            key_columns,
        )
        require_tool("curl")
        folder.mkdir()
        self._paths = {path.rpartition("/")[2]: path for path in site.paths}
        self._seen = set()
        urls = zip(self._paths, site.feeds, strict=True)
        feeds = "".join(f"    feed {name} {url}\n" for name, url in urls)
        text = f"sfeedpath='{folder}/feeds'\n{config}feeds() {{\n{feeds}}}\n"
        (folder / "sfeedrc").write_text(text, "utf-8")

    def reload(self):
        """Update all feeds."""
        completed = subprocess.run(
            [self._update, self._folder / "sfeedrc"],
            env={"HOME": str(self._folder), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert (completed.returncode, completed.stderr) == (0, ""), completed

    def lines(self):
        """Return the feed path and the columns of each article, newest first."""
        return [
            (path, line.split("\t"))
            for name, path in self._paths.items()
            for line in (self._folder / "feeds" / name).read_text("utf-8").splitlines()
        ]

    def new_titles(self):
        """Return the titles of lines that were not there at the last call, by feed path."""
        titles, lines = {}, self.lines()
        keys = [(path, *(line[column] for column in self._key_columns)) for path, line in lines]
        assert len(keys) == len(set(keys))
        for key, (path, line) in zip(keys, lines, strict=True):
            if key not in self._seen:
                titles.setdefault(path, []).append(line[TITLE])
        self._seen = set(keys)
        return titles


@pytest.fixture
def default_sfeed(tmp_path, site):
    """Return sfeed with its default configuration."""
    return Sfeed(tmp_path / "sfeed", site)


@pytest.fixture
def configured_sfeed(tmp_path, site):
    """Return sfeed configured to merge by id and to send ETags."""
    return Sfeed(tmp_path / "sfeed", site, CONFIG, (ID,))


def test_new_article_is_shown_once(site, default_sfeed):
    """An article of all three topics is shown once in each feed."""
    default_sfeed.reload()
    assert default_sfeed.new_titles() == site.titles_by_feed()
    for articles in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(articles)
        for expected in (site.titles_by_feed(*articles), {}):
            exchanges = site.record_reload(default_sfeed).values()
            assert {(exchange.status, exchange.is_conditional) for exchange in exchanges} == {
                (200, False)
            }
            assert default_sfeed.new_titles() == expected


def test_only_changed_feeds_are_sent_to_a_client_with_etags(site, configured_sfeed):
    """Curl accepts every content encoding of the server; each has its own ETag."""
    configured_sfeed.reload()
    assert configured_sfeed.new_titles() == site.titles_by_feed()
    check_responses(site.record_reload(configured_sfeed), {})
    for articles in ({"Agents": ["AI"], "At once": ["AI", "Chips", "Space"]}, {"Moon": ["Space"]}):
        site.publish(articles)
        for expected in (site.titles_by_feed(*articles), {}):
            exchanges = site.record_reload(configured_sfeed)
            check_responses(exchanges, expected)
            encodings = {exchanges[path].headers["content-encoding"] for path in expected}
            assert encodings <= {"zstd"}
            assert configured_sfeed.new_titles() == expected


def test_no_article_is_shown_again(site, configured_sfeed):
    """Neither after a rebuild nor with changed URLs; an edited article replaces its old version."""
    configured_sfeed.reload()
    assert configured_sfeed.new_titles() == site.titles_by_feed()
    for change in CHANGES:
        change(site)
        for _ in range(2):
            configured_sfeed.reload()
        assert configured_sfeed.new_titles() == {}, change
    site.edit("Models", title="Larger models", excerpt="Of larger ones.")
    configured_sfeed.reload()
    assert configured_sfeed.new_titles() == {}
    lines = [line for path, line in configured_sfeed.lines() if path == "/feeds/topics/ai.rss"]
    assert [line[TITLE] for line in lines] == [WITH_NEW_SCHEME, "Larger models"]
    assert lines[0][LINK].startswith("https:")
    assert lines[1][CONTENT] == "Of larger ones."
    site.publish({"After all that": ["AI", "Space"]})
    configured_sfeed.reload()
    assert configured_sfeed.new_titles() == site.titles_by_feed("After all that")


def test_default_sfeed_shows_articles_with_another_url_or_title_again(site, default_sfeed):
    """Both versions have the same id; a rebuild or another text makes no difference."""
    default_sfeed.reload()
    default_sfeed.new_titles()
    for change, shown_again in (
        (Site.rebuild, ()),
        (Site.use_https, (WITH_NEW_SCHEME,)),
        (Site.move, (WITHOUT_URL,)),
        (lambda site: site.edit("Models", title="Larger models"), ("Models",)),
        (lambda site: site.edit("Orbits", excerpt="Of other orbits."), ()),
    ):
        change(site)
        default_sfeed.reload()
        expected = site.titles_by_feed(*shown_again) if shown_again else {}
        assert default_sfeed.new_titles() == expected, change
    ids = {line[ID] for _, line in default_sfeed.lines()}
    assert len(ids) == len(site.articles)
