"""Jekyll's addresses; those of the cases were compared with the files that Jekyll 4.3 writes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import JEKYLL
from newsgraph.store.documents.languages import SiteLanguages
from newsgraph.store.documents.permalinks.jekyll import JekyllPermalinks
from tests.store.documents.page_sources import path_of, read_config

POST = "_posts/2020-03-05-Some-Post.md"
NEW_YORK = ZoneInfo("America/New_York")


def jekyll(path, text="", config="", **page):
    """Return the address of a page."""
    permalinks = JekyllPermalinks.from_fields(read_config(config))
    return path_of(permalinks, path, JEKYLL, text, **page)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", "/x/2020/03/05/Some-Post.html"),
        ("permalink: date", "/x/2020/03/05/Some-Post.html"),
        ("permalink: pretty", "/x/2020/03/05/Some-Post/"),
        ("permalink: ordinal", "/x/2020/065/Some-Post.html"),
        ("permalink: weekdate", "/x/2020/W10/Thu/Some-Post.html"),
        ("permalink: none", "/x/Some-Post.html"),
        ("permalink: /blog/:year/:i_month/:i_day/:slug/", "/blog/2020/3/5/some-post/"),
        ("permalink: /:short_year/:short_month/:long_month", "/20/Mar/March"),
        ("permalink: /:year-:month-:day_:title.html", "/2020-03-05_Some-Post.html"),
        ("permalink: /:name:output_ext", "/2020-03-05-some-post.html"),
        ("permalink: /:path/", "/2020-03-05-Some-Post/"),
        ("permalink: /:collection/:title", "/posts/Some-Post"),
        ("permalink: /:w_year/:week/:w_day/:long_day/:short_day", "/2020/10/4/Thursday/Thu"),
        ("permalink: /:hour/:minute/:second/:title", "/00/00/00/Some-Post"),
        ("permalink: /:unknown/:title", None),
        ("collections: {posts: {permalink: /p/:title/}}", "/p/Some-Post/"),
    ],
)
def test_templates_of_posts(config, expected):
    """A post has the address that `permalink` in the configuration gives."""
    assert jekyll(POST, "categories: [X]", config) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("categories: [Foo Bar, b&c]", "/foo bar/b&c/Some-Post.html"),
        ("categories: Foo Bar", "/foo/bar/Some-Post.html"),
        ("category: Foo Bar", "/foo bar/Some-Post.html"),
        ("category: aa\ncategories: [bb, aa]", "/bb/aa/Some-Post.html"),
        ("categories: []", "/Some-Post.html"),
        ("slug: My Slug.x", "/My-Slug.x.html"),
        ("slug: 2020", "/2020.html"),
        ("permalink: /p/:slug/:title.html", "/p/some-post/Some-Post.html"),
        ("permalink: /p/a%20b/", "/p/a b/"),
        ("permalink: p//q", "/p/q"),
        ("permalink: https://x.example/p/", None),
        ("permalink: //x.example/p/", None),
        ("permalink: /feed.xml", None),
    ],
)
def test_posts(text, expected):
    """Categories, the slug and the permalink of a document are parts of its address."""
    assert jekyll(POST, text, "permalink: none") == expected


def test_folders_of_posts():
    """The folders above `_posts` are categories, and come first."""
    path = "sub/_posts/2020-01-01-a.md"
    assert jekyll(path, "categories: z", topics=("sub",)) == "/sub/z/2020/01/01/a.html"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2020-03-05 02:30:00", "/2020/03/04/2130/a.html"),
        ("2020-03-05T02:30:00Z", "/2020/03/04/2130/a.html"),
        ("2020-03-05 02:30:00 +0100", "/2020/03/04/2030/a.html"),
        ("2020-03-05 02:30", "/2020/03/05/0230/a.html"),
        ('"2020-03-05 02:30:00"', "/2020/03/05/0230/a.html"),
        ("2020-03-05", "/2020/03/05/0000/a.html"),
        ("", "/2019/12/31/0000/a.html"),
        ("never", None),
    ],
)
def test_dates_are_in_the_zone_of_the_site(date, expected):
    """A time without a zone is one in UTC for YAML, and a text without seconds in the zone."""
    config = "permalink: /:year/:month/:day/:hour:minute/:title:output_ext"
    text = f"date: {date}" if date else ""
    assert jekyll("_posts/2019-12-31-a.md", text, config, zone=NEW_YORK) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2020-01-01-Some Weird_Näme!  (x).md", "/2020/01/01/Some-Weird_Näme!-(x).html"),
        ("2020-1-1-single.markdown", "/2020/01/01/single.html"),
        ("2011-02-29-late.md", "/2011/03/01/late.html"),
        ("2020-01-01-dots...md", "/2020/01/01/dots.html"),
        ("2020-01-01-a.html", "/2020/01/01/a.html"),
        ("2020-01-01-a.mdx", None),
        ("undated.md", None),
    ],
)
def test_names_of_posts(name, expected):
    """The name of the file has the date and the slug."""
    assert jekyll(f"_posts/{name}") == expected


@pytest.mark.parametrize(
    ("path", "config", "expected"),
    [
        ("about.md", "", "/about.html"),
        ("about.md", "permalink: pretty", "/about/"),
        ("about.md", "permalink: /:title/", "/about/"),
        ("about.md", "permalink: weekdate", "/about"),
        ("about.md", "permalink: /:title", "/about"),
        ("docs/index.md", "", "/docs/"),
        ("index.md", "", "/"),
        ("docs/a b.html", "", "/docs/a b.html"),
        ("README.md", "", None),
    ],
)
def test_pages(path, config, expected):
    """Other documents are pages, which have the paths of their files."""
    assert jekyll(path, config=config) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("permalink: /q", "/q"),
        ("permalink: /:path/x/:basename:output_ext", "/docs/x/p.html"),
        ("permalink: /:title/", "/:title/"),
        ("permalink: /data.json", None),
        ("permalink: http://x.example/q", None),
    ],
)
def test_permalinks_of_pages(text, expected):
    """Pages know three placeholders."""
    assert jekyll("docs/p.md", text) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{output: true}", "/guides/Deep/A b.html"),
        ("{output: true, permalink: /g/:path/:name/:title/}", "/g/Deep/A b/a-b/A-b/"),
        ("{output: true, permalink: /g/:year/:title/}", None),
    ],
)
def test_collections(options, expected):
    """A collection has a template of its own; the date of a document without one is unknown."""
    assert jekyll("_guides/Deep/A b.md", config=f"collections: {{guides: {options}}}") == expected


def test_the_folder_of_collections():
    """It is no part of addresses."""
    config = "collections_dir: all\ncollections: {guides: {output: true}}\npermalink: pretty"
    assert jekyll("all/_guides/a.md", config=config) == "/guides/a/"
    assert jekyll("all/_posts/2020-01-01-a.md", config=config) == "/2020/01/01/a/"


def test_translations():
    """Plugins for languages move all documents that are not in the default language."""
    config, languages = "languages: [en, de]\ndefault_lang: en", SiteLanguages(None)
    assert jekyll("a.md", "lang: en", config, languages=languages) == "/a.html"
    assert jekyll("a.md", "lang: de", config, languages=languages) is None
    assert jekyll("a.de.md", config=config, languages=languages) is None
    assert jekyll("a.de.md", languages=languages) == "/a.de.html"


def test_the_base_path():
    """`baseurl` is that of the site."""
    for config, expected in (("baseurl: /blog/", "/blog"), ("baseurl: ''", ""), ("", "")):
        assert JekyllPermalinks.from_fields(read_config(config)).base_path == expected


@given(st.text(":/.abcdeghilnorstuy_-%", max_size=30), st.text(max_size=15))
def test_any_template(template, name):
    """No template and no name raises an exception."""
    permalinks = JekyllPermalinks(permalink=template or "date")
    for path in (f"_posts/2020-01-01-{name}.md", f"{name}.md"):
        path_of(permalinks, path, JEKYLL)
