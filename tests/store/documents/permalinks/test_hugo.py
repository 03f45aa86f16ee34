"""Hugo's addresses; those of the cases were compared with the ones that Hugo 0.168 lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import HUGO
from newsgraph.store.documents.languages import SiteLanguage, SiteLanguages
from newsgraph.store.documents.permalinks.hugo import HugoPermalinks
from tests.store.documents.page_sources import path_of, read_config

SECTIONS = ("content/docs/a", "content/docs/c", "content/docs/c/d")
LANGUAGES = SiteLanguages((SiteLanguage("en", "en"), SiteLanguage("de", "de", url_folder="de")))


def hugo(path, text="", config="", parts=None, **page):
    """Return the address of a page."""
    readers = {name: read_config(part) for name, part in (parts or {}).items()}
    permalinks = HugoPermalinks.from_fields(
        read_config(config), readers, "content", SECTIONS.__contains__
    )
    return permalinks and path_of(permalinks, f"content/{path}", HUGO, text, **page)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("root.md", "", "/root/"),
        ("Misc/Some Page.md", "", "/misc/some-page/"),
        ("posts/bundle/index.md", "", "/posts/bundle/"),
        ("misc/weird & (x), [y] a+b@c~d.md", "", "/misc/weird--x-y-a+b@c~d/"),
        ("misc/über.md", "", "/misc/über/"),
        ("misc/2020-05-06-x.md", "", "/misc/2020-05-06-x/"),
        ("misc/a.md", 'slug: "A b.c"', "/misc/a-b.c/"),
        ("misc/a.md", 'slug: "/a/b/"', "/misc/a/b/"),
        ("misc/bundle/index.md", "slug: other", "/misc/other/"),
        ("misc/a.md", "slug: a%c3%b8", None),
        ("misc/a.md", "url: foo/bar", "/foo/bar/"),
        ("misc/a.md", "url: /Foo Ü/bar.html", "/Foo Ü/bar.html"),
        ("misc/a.md", "url: /foo/index.html", "/foo/"),
        ("misc/a.md", "url: /x-:slug/:contentbasename\nslug: y", "/x-y/a/"),
        ("misc/a.md", "url: https://x.example/a/", None),
        ("misc/a.md", "url: /index2.json", None),
        ("index.md", "", None),
        ("a.mdx", "", None),
    ],
)
def test_without_permalinks(path, text, expected):
    """A page has the path of its file; `slug` is its name, and `url` its address."""
    assert hugo(path, text) == expected


@pytest.mark.parametrize(
    ("template", "path", "text", "expected"),
    [
        ("/:year/:month/:slug/", "x/a.md", "title: Bundle T", "/2020/02/bundle-t/"),
        ("/:year/:month/:day/:slug", "x/a.md", "slug: My Slug/x.y", "/2020/02/03/my-slug/x.y/"),
        ("/:yearday/:slugorcontentbasename/", "x/Foo.Bar.md", "", "/34/foo.bar/"),
        ("/:slugorfilename/", "x/b/index.md", "", "/b/"),
        ("/:weekday/:weekdayname/:monthname/:filename", "x/a.md", "", "/1/monday/february/a/"),
        ("/:section/:sections/:title/", "x/a.md", "title: 50% of A/B", "/x/x/50-of-a-b/"),
        ("/:title", "x/a.md", "title: What's  up? — So", "/whats-up-so/"),
        ("/:title", "x/a.md", "title: 'Hello, World! Ä_x + c#'", "/hello-world-ä_x--c/"),
        ("/:title", "x/a.md", "title: ø%c3%b8", "/øø/"),
        ("/:title", "x/a.md", "title: a%ff", None),
        ("/:title", "x/a.md", "", None),
        ("/:slug", "x/a.md", "title: '!'", None),
        ("/:sectionslug/:title", "x/a.md", "title: a", None),
        ("/:06/:title", "x/a.md", "title: a", None),
        ("/fixed", "x/a.md", "", "/fixed/"),
    ],
)
def test_templates(template, path, text, expected):
    """A section has a template, in the old form and in that for pages."""
    text += "\ndate: 2020-02-03"
    for config in (
        f"permalinks: {{x: '{template}'}}",
        f"permalinks: {{page: {{x: '{template}'}}}}",
    ):
        assert hugo(path, text, config) == expected


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/d/:sections[1:]/:filename", "docs/a/b/p.md", "/d/a/p/"),
        ("/d/:sections[1:]/:filename", "docs/c/d/e.md", "/d/c/d/e/"),
        ("/d/:sections[1:]/:filename", "docs/Up/index.md", "/d/up/"),
        ("/:sections[0]/:filename", "docs/c/d/e.md", "/docs/e/"),
        ("/:sections[last]/:filename", "docs/c/d/e.md", "/d/e/"),
        ("/:sections[:last]/:filename", "docs/c/d/e.md", "/docs/c/e/"),
        ("/:sections[7]/:filename", "docs/c/d/e.md", "/e/"),
        ("/:sections[x]/:filename", "docs/c/d/e.md", None),
    ],
)
def test_sections(template, path, expected):
    """Folders below the first are sections if they have a page."""
    assert hugo(path, "", f"permalinks: {{docs: '{template}'}}") == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("date: 2020-01-01T02:00:00+09:00", "/2020/01/01/"),
        ("date: 2020-01-01T02:00:00", "/2020/01/01/"),
        ("publishDate: 2020-01-02", "/2020/01/02/"),
        ("lastmod: 2020-01-03", "/2020/01/03/"),
        ("title: undated", None),
    ],
)
def test_dates_are_as_they_are_written(date, expected):
    """Hugo does not convert them to another zone."""
    assert hugo("x/a.md", date, "permalinks: {x: '/:year/:month/:day'}") == expected


def test_dates_in_names():
    """`:filename` of the configuration takes date and slug from the name of the file."""
    config = "permalinks: {x: '/:year/:slug'}\nfrontmatter: {date: [':filename', ':default']}"
    assert hugo("x/2020-05-06-on.md", "title: T\ndate: 2021-01-01", config) == "/2020/on/"
    assert hugo("x/on.md", "title: T\ndate: 2021-01-01", config) == "/2021/t/"
    assert hugo("y/2020-05-06-on.md", "", config) == "/y/on/"
    assert hugo("x/on.md", "title: T", config.replace(":default", ":git")) is None


@pytest.mark.parametrize(
    ("config", "path", "expected"),
    [
        ("uglyURLs: true", "x/a.md", "/x/a.html"),
        ("uglyURLs: true\npermalinks: {x: '/p/:filename'}", "x/a.md", "/p/a.html"),
        ("uglyURLs: {x: true, y: false}", "x/a.md", "/x/a.html"),
        ("uglyURLs: {x: true, y: false}", "y/a.md", "/y/a/"),
        ("disablePathToLower: true", "X/Ab C.md", "/X/Ab-C/"),
        ("removePathAccents: true", "x/über.md", "/x/uber/"),
        ("permalinks: {'/': '/r/:filename'}", "a.md", "/r/a/"),
        ("permalinks: {'/': '/r/:filename'}", "x/a.md", "/x/a/"),
        ("permalinks: {x: '/1/:filename', x/y: '/2/:filename'}", "x/y/a.md", "/2/a/"),
        ("permalinks: {section: {x: '/1/:filename'}}", "x/a.md", "/x/a/"),
    ],
)
def test_settings(config, path, expected):
    """Other settings change addresses, too."""
    assert hugo(path, "", config) == expected


def test_languages():
    """Documents in other languages are in a folder, unless `url` begins with a slash."""
    for path, text, expected in (
        ("misc/a.de.md", "", "/de/misc/a/"),
        ("misc/a.de.md", "url: foo/bar", "/de/foo/bar/"),
        ("misc/a.de.md", "url: /foo2/bar/", "/foo2/bar/"),
        ("misc/a.en.md", "", "/misc/a/"),
        ("misc/a.fr.md", "", "/misc/a.fr/"),
    ):
        assert hugo(path, text, languages=LANGUAGES) == expected


def test_languages_with_settings_of_their_own():
    """Their permalinks are not read, and hosts of their own make all addresses unknown."""
    config = "languages: {en: {weight: 1}, de: {permalinks: {misc: /x/}}}"
    assert hugo("misc/a.en.md", "", config, languages=LANGUAGES) == "/misc/a/"
    assert hugo("misc/a.de.md", "", config, languages=LANGUAGES) is None
    assert hugo("misc/a.md", "", "languages: {de: {baseURL: 'https://de.example/'}}") is None


def test_folders_of_content():
    """Languages and mounts have folders, which are no part of addresses."""
    languages = "languages: {en: {contentDir: content/english}}"
    assert hugo("english/misc/a.md", "", languages) == "/misc/a/"
    mounts = "module: {mounts: [{source: content/en, target: content}, {source: a, target: b}]}"
    assert hugo("en/docs/a/x.md", "", mounts) == "/docs/a/x/"
    mounts = "module: {mounts: [{source: content/docs, target: content/manual}]}"
    template = "permalinks: {manual: '/:sections/:filename'}"
    assert hugo("docs/a/x.md", "", f"{mounts}\n{template}") == "/manual/a/x/"


def test_parts_of_a_configuration():
    """A folder `config/_default` has a file for each part."""
    parts = {"permalinks": "x: '/p/:filename'", "languages": "de: {weight: 2}"}
    assert hugo("x/a.md", "", "", parts) == "/p/a/"


def test_the_base_path():
    """That of `baseURL` counts."""
    for config, expected in (
        ("baseURL: https://x.example/blog/", "/blog"),
        ("baseurl: /", ""),
        ("baseURL: 'http://['", ""),
    ):
        permalinks = HugoPermalinks.from_fields(read_config(config), {}, "content", bool)
        assert permalinks.base_path == expected


@given(st.text(":/[]\\0123last.abcdeginortuy%", max_size=30), st.text(max_size=15))
def test_any_template(template, title):
    """No template and no title raises an exception."""
    config = read_config("permalinks: {x: ''}")
    permalinks = HugoPermalinks.from_fields(config, {}, "content", bool)
    assert permalinks is not None
    text = f"title: {title!a}\nurl: {template!a}\ndate: 2020-01-01"
    path_of(permalinks, f"content/x/{title.replace('/', '')}.md", HUGO, text)
