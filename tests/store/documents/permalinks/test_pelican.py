"""Pelican's addresses; those of the cases were compared with the ones that Pelican 4.10 makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import PELICAN
from newsgraph.store.documents.permalinks.pelican import PelicanPermalinks
from tests.store.documents.page_sources import path_of

ARTICLE = "content/news/2020-03-05-some_file.md"
DATED_SLUG = r"(?P<date>\d{4}-\d{2}-\d{2})[-_](?P<slug>.*)"
FIELDS = "title: Hello, <b>World</b>!\ndate: 2020-03-05 10:20\n"


def pelican(path, text="", config=""):
    """Return the address of a page."""
    return path_of(PelicanPermalinks.from_text(config, "content"), path, PELICAN, text)


@pytest.mark.parametrize(
    ("config", "text", "expected"),
    [
        ("", "", "/hello-world.html"),
        ("", "slug: own", "/own.html"),
        ("", "url: x/y/", "/x/y/"),
        ("", "save_as: x/y/index.html", "/x/y/"),
        ("", "url: https://x.example/", None),
        ("", "lang: de", "/hello-world-de.html"),
        ("", "lang: EN", "/hello-world.html"),
        ("DEFAULT_LANG = 'de'", "lang: de", "/hello-world.html"),
        ("ARTICLE_URL = '{date:%Y/%m}/{slug}/'  # pretty", "", "/2020/03/hello-world/"),
        ('ARTICLE_URL = "{date:%Y}/{date:%-d}/{slug}"', "", "/2020/5/hello-world"),
        ("ARTICLE_URL = '{date:%b}/{slug}'", "", None),
        ("ARTICLE_URL = '{date}/{slug}'", "", None),
        ("ARTICLE_URL = u'{category}/{slug}'", "category: Big News", "/big-news/hello-world"),
        ("ARTICLE_URL = '{category}/{slug}.html'", "", "/misc/hello-world.html"),
        ("ARTICLE_URL = '{author}/{slug}'", "author: Ann Ö", "/ann-o/hello-world"),
        ("ARTICLE_URL = '{author}/{slug}'", "", None),
        ("ARTICLE_URL = '{other}/{slug}'", "", None),
        ("ARTICLE_URL = '{slug!r}'", "", None),
        ("ARTICLE_SAVE_AS = 'a/{slug}/index.html'", "", "/a/hello-world/"),
        ("ARTICLE_URL = PREFIX + '{slug}'", "", None),
        ("ARTICLE_LANG_URL = '{lang}/{slug}'", "lang: de", "/de/hello-world"),
        ("SLUGIFY_SOURCE = 'basename'", "", "/2020-03-05-some_file.html"),
        ("SLUG_REGEX_SUBSTITUTIONS = []", "", None),
        ("SLUG_REGEX_SUBSTITUTIONS = []", "slug: own", "/own.html"),
        (f"FILENAME_METADATA = r'{DATED_SLUG}'", "", "/some_file.html"),
        (r"FILENAME_METADATA = r'(?P<slug>.*)'", "", None),
        ("I18N_SUBSITES = {}", "", None),
        ("PAGE_PATHS = ['x']", "", None),
    ],
)
def test_articles(config, text, expected):
    """An article has the address that the settings make of its front matter."""
    assert pelican(ARTICLE, FIELDS + text, config) == expected


def test_pages_and_other_files():
    """Pages are in the folder `pages`."""
    assert pelican("content/pages/a.md", "title: About") == "/pages/about.html"
    config = "PAGE_URL = '{slug}/'"
    assert pelican("content/pages/a.md", "title: About", config) == "/about/"
    assert pelican("content/pages/a.html", "title: About") is None
    assert pelican("elsewhere/a.md", "title: About") is None


def test_what_a_document_lacks():
    """The date can be in the name of the file; a title cannot."""
    config = "ARTICLE_URL = '{date:%Y%m%d}/{slug}'"
    assert pelican(ARTICLE, "slug: a", config) == "/20200305/a"
    assert pelican("content/a.md", "slug: a", config) is None
    assert pelican(ARTICLE, "date: 2020-01-01") is None


def test_the_base_path():
    """That of `SITEURL` counts."""
    for config, expected in (("SITEURL = 'https://x.example/b/'", "/b"), ("SITEURL = ''", "")):
        assert PelicanPermalinks.from_text(config, "content").base_path == expected


@given(st.text("{}:%YmdS-slugdateARTICLE_URL='\n= ", max_size=40))
def test_any_configuration(config):
    """No text raises an exception."""
    pelican(ARTICLE, FIELDS, f"ARTICLE_URL = '{config}'\n{config}")
