"""Eleventy's addresses; those of the cases were compared with the files that Eleventy 3 writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import ELEVENTY
from newsgraph.store.documents.permalinks.eleventy import EleventyPermalinks, UnknownPermalink
from tests.store.documents.page_sources import path_of

POST = "src/posts/2020-03-05-Some Post.md"


def find_default(_path, layout):
    """Return the permalink of a layout that has one."""
    if layout == "program":
        raise UnknownPermalink
    return layout


def eleventy(path, text="", config=""):
    """Return the address of a page."""
    permalinks = EleventyPermalinks.from_text(config, "src", find_default)
    return path_of(permalinks, path, ELEVENTY, text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (POST, "/posts/2020-03-05-Some Post/"),
        ("src/about.md", "/about/"),
        ("src/about/index.html", "/about/"),
        ("src/about/about.md", "/about/"),
        ("src/index.md", "/"),
        ("src/a.mdx", None),
        ("other/a.md", None),
    ],
)
def test_usual_addresses(path, expected):
    """A template is the index of a folder with its name."""
    assert eleventy(path) == expected


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("/a/b/", "/a/b/"),
        ("a/index.html", "/a/"),
        ("/a.html", "/a.html"),
        ("/{{ page.fileSlug }}/", "/Some Post/"),
        ("/x{{ page.filePathStem }}.html", "/x/posts/Some Post.html"),
        ("/{{ title | slugify }}/", "/a-and-b-title/"),
        ("/{{title}}/", "/A & b, title/"),
        ("/{{ page.date | date: '%Y/%m/%d' }}/{{- page.fileSlug -}}/", "/2020/03/05/Some Post/"),
        ("/{{ date | date: '%Y' }}/", "/2020/"),
        ("/{{ page.date | date: '%B' }}/", None),
        ("/{{ page.date | date }}/", None),
        ("/{{ page.date | toPath }}/", None),
        ("/{{ page.inputPath }}/", None),
        ("/{{ missing }}/", None),
        ("{% if a %}/a/{% endif %}", None),
        ("/feed.xml", None),
        ("https://x.example/a/", None),
    ],
)
def test_permalinks(permalink, expected):
    """Text and simple outputs are known; other programs are not."""
    text = f'title: "A & b, title"\npermalink: "{permalink}"'
    assert eleventy(POST, text) == expected
    assert eleventy(POST, f'title: "A & b, title"\nlayout: "{permalink}"') == expected


@pytest.mark.parametrize(
    "text",
    [
        *("permalink: false", "permalink: {build: /x/}", "layout: program"),
        *("pagination: {data: x}", "eleventyComputed: {x: y}"),
    ],
)
def test_unknown_addresses(text):
    """Whatever changes an address and is not read makes it unknown."""
    assert eleventy(POST, text) is None


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2021-01-01T23:30:00-05:00", "/2021/01/02/"),
        ("2021-01-01", "/2021/01/01/"),
        ("Last Modified", None),
    ],
)
def test_dates(date, expected):
    """They are in UTC."""
    permalink = "permalink: \"/{{ page.date | date: '%Y/%m/%d' }}/\""
    assert eleventy(POST, f"date: {date}\n{permalink}") == expected
    assert eleventy("src/undated.md", permalink) is None


@pytest.mark.parametrize(
    "config",
    [
        *("c.addUrlTransform(x)", "c.addGlobalData('permalink', x)"),
        "c.addGlobalData('eleventyComputed.permalink', x)",
    ],
)
def test_programs_in_the_configuration(config):
    """They may change all addresses."""
    assert eleventy(POST, "", config) is None


def test_the_base_path():
    """`pathPrefix` is that of the site."""
    permalinks = EleventyPermalinks.from_text("pathPrefix: '/b/'", "", find_default)
    assert permalinks.base_path == "/b"


@given(st.text("{}|.: 'pagetitlefSu%Y/", max_size=40))
def test_any_permalink(permalink):
    """No text raises an exception."""
    eleventy(POST, f"title: T\npermalink: {permalink!a}")
