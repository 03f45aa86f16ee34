"""Hexo's addresses; those of the cases were compared with the ones that Hexo 7 generates."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import HEXO
from newsgraph.store.documents.permalinks.hexo import HexoPermalinks
from tests.store.documents.page_sources import path_of, read_config

POST = "source/_posts/Sub/My Post.md"
DATED = "date: 2020-03-05 01:02:03"


def hexo(path, text="", config="", zone=UTC):
    """Return the address of a page."""
    permalinks = HexoPermalinks.from_fields(read_config(config), "source")
    return path_of(permalinks, path, HEXO, text, zone=zone)


@pytest.mark.parametrize(
    ("template", "text", "expected"),
    [
        (None, "", "/2020/03/05/Sub/My Post/"),
        (":year/:i_month/:i_day/:name.html", "", "/2020/3/5/My Post.html"),
        ("/blog/:hour-:minute-:second/", "", "/blog/01-02-03/"),
        (":category/:title/", "", "/uncategorized/Sub/My Post/"),
        (":category/:title/", "categories: [Foo Bar, Baz]", "/Foo-Bar/Baz/Sub/My Post/"),
        (":category/:title/", "category: Ünder", "/Under/Sub/My Post/"),
        (":category/:title/", "categories: [[A], [B]]", None),
        (":post_title/", "title: Ä Title!", "/a-title/"),
        (":lang/:name/", "", None),
        (":lang/:name/", "lang: de", "/de/My Post/"),
        (":hash/", "", None),
        (":urlName/", "urlName: x", "/x/"),
        (None, "permalink: /own/", "/own/"),
        (None, "permalink: own.html", "/own.html"),
        (None, "permalink: https://x.example/", None),
    ],
)
def test_posts(template, text, expected):
    """A post has the address that the template makes of its file and its front matter."""
    config = f"permalink: '{template}'" if template else ""
    assert hexo(POST, f"{DATED}\n{text}", config) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2020-03-05", "/2020/03/05/a/"),
        ("2020-03-05 23:30:00", "/2020/03/05/a/"),
        ("2020-03-05T02:30:00+09:00", "/2020/03/04/a/"),
        ("never", None),
    ],
)
def test_dates(date, expected):
    """A time is as it is written; with a zone it is that in UTC. The date of a file is unknown."""
    assert hexo("source/_posts/a.md", f"date: {date}") == expected
    assert hexo("source/_posts/a.md") is None


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2020-03-05 12:30:00", "/2020/03/05/a/"),
        ("2020-03-05 03:30:00", None),
        ("2020-03-05", None),
    ],
)
def test_time_zones(date, expected):
    """With a time zone, the day depends on the computer: it is known if all computers agree."""
    zone = ZoneInfo("Asia/Shanghai")
    assert hexo("source/_posts/a.md", f"date: {date}", zone=zone) == expected


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        (":year-:month-:day-:title.md", "2020-03-05-x y", "/2020/03/05/x y/"),
        (":year-:month-:day-:title.md", "Other Näme", None),
        (":title/index.md", "x/index", None),
        (":title-:title.md", "x-y", None),
        (":a:b:c:d.md", "x", None),
        (":1-:title.md", "2-x", None),
    ],
)
def test_names_of_files(form, name, expected):
    """`new_post_name` says which part of a name is the title."""
    assert hexo(f"source/_posts/{name}.md", "", f"new_post_name: '{form}'") == expected


def test_a_name_of_another_form():
    """The title of such a file is a slug of its path."""
    config = "new_post_name: ':year-:title.md'\npermalink: ':title/'"
    assert hexo("source/_posts/Sub/Other Näme.md", "", config) == "/Sub-Other-Name/"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("filename_case: 1", "/foo/a/"),
        ("filename_case: 2", "/FOO/a/"),
        ("category_map: {Foo: bar}", "/bar/a/"),
        ("default_category: none", "/Foo/a/"),
    ],
)
def test_categories(config, expected):
    """The configuration changes the names of categories."""
    config += "\npermalink: ':category/:title/'"
    assert hexo("source/_posts/a.md", "categories: Foo", config) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("source/about/index.md", "", "/about/"),
        ("source/docs/a.md", "", "/docs/a.html"),
        ("source/docs/a.md", "permalink: /b/", "/b/"),
        ("source/index.md", "", "/"),
        ("elsewhere/a.md", "", None),
        ("source/a.mdx", "", None),
    ],
)
def test_pages(path, text, expected):
    """Other documents have the paths of their files."""
    assert hexo(path, text) == expected


def test_links_without_html():
    """`pretty_urls` can leave it out."""
    assert hexo("source/a.md", "", "pretty_urls: {trailing_html: false}") == "/a"


def test_the_base_path():
    """`root` is that of the site."""
    assert HexoPermalinks.from_fields(read_config("root: /blog/"), "source").base_path == "/blog"


def test_defaults():
    """`permalink_defaults` has values of what a document lacks."""
    config = "permalink: ':lang/:title/'\npermalink_defaults: {lang: en}"
    assert hexo("source/_posts/a.md", "", config) == "/en/a/"
    assert hexo("source/_posts/a.md", "lang: de", config) == "/de/a/"


@given(st.text(":/.abcdehilnortuy_-", max_size=30), st.text(max_size=15))
def test_any_template(template, name):
    """No template, form and name raises an exception."""
    permalinks = HexoPermalinks(permalink=template, new_post_name=template)
    path_of(permalinks, f"source/_posts/{name}.md", HEXO, DATED)
