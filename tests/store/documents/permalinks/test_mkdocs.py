"""MkDocs's addresses; those of the cases were compared with the ones that MkDocs 1.6 makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import MKDOCS
from newsgraph.store.documents.languages import SiteLanguage, SiteLanguages
from newsgraph.store.documents.permalinks.mkdocs import MkDocsBlog, MkDocsPermalinks
from tests.store.documents.page_sources import path_of, read_config

POST = "docs/blog/posts/2020/some-file.md"


def mkdocs(path, text="", config="", **page):
    """Return the address of a page."""
    permalinks = MkDocsPermalinks.from_fields(read_config(config), "docs")
    return path_of(permalinks, path, MKDOCS, text, **page)


@pytest.mark.parametrize(
    ("path", "folders", "files"),
    [
        ("docs/a/b.md", "/a/b/", "/a/b.html"),
        ("docs/a/B c.md", "/a/B c/", "/a/B c.html"),
        ("docs/a/index.md", "/a/", "/a/index.html"),
        ("docs/a/README.md", "/a/", "/a/index.html"),
        ("docs/index.md", "/", "/"),
        ("docs/a.html", None, None),
        ("elsewhere/a.md", None, None),
    ],
)
def test_pages(path, folders, files):
    """A page is the index of a folder, or with `use_directory_urls: false` a file."""
    assert mkdocs(path) == folders
    assert mkdocs(path, "", "use_directory_urls: false") == files


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        (None, "", "/blog/2020/03/05/the-title/"),
        (None, "title: Hello, <b>Wörld</b> & all", "/blog/2020/03/05/hello-wörld--all/"),
        (None, "slug: own", "/blog/2020/03/05/own/"),
        ("post_url_format: '{slug}'", "", "/blog/the-title/"),
        ("post_url_format: '{date}/{file}'", "", "/blog/2020/03/05/some-file/"),
        ("post_url_format: '{categories}/{slug}'", "categories: [A B, C]", "/blog/a-b/the-title/"),
        ("post_url_format: '{categories}/{slug}'", "", "/blog/the-title/"),
        (
            "post_url_max_categories: 2, post_url_format: '{categories}'",
            "categories: [A B, C]",
            "/blog/a-b/c/",
        ),
        ("post_url_date_format: y-M-d", "", "/blog/2020-3-5/the-title/"),
        ("post_url_date_format: yyyy/MMM", "", None),
        ("post_url_date_format: \"yyyy'x'\"", "", None),
        ("post_slugify: x", "", None),
        ("post_slugify: x", "slug: own", "/blog/2020/03/05/own/"),
        ("post_url_format: '{unknown}'", "", None),
        ("blog_dir: ., post_dir: blog/posts", "", "/2020/03/05/the-title/"),
        ("blog_dir: news, post_dir: blog/posts", "", "/news/2020/03/05/the-title/"),
        ("blog_dir: news", "", "/blog/posts/2020/some-file/"),
        ("enabled: false", "", "/blog/posts/2020/some-file/"),
    ],
)
def test_posts_of_material(options, text, expected):
    """The plugin `blog` gives posts addresses of their own."""
    plugin = f"material/blog: {{{options}}}" if options else "blog"
    config = f"plugins: [search, {plugin if options is None else '{' + plugin + '}'}]"
    text += "\ndate: 2020-03-05"
    assert mkdocs(POST, text, config, title="The title") == expected


def test_forms_of_plugins_and_dates():
    """Plugins can be a mapping, and dates one, too. A post without a date has no address."""
    config = "plugins: {search: {}, blog: {blog_dir: blog}}"
    text = "date: {created: 2020-03-05, updated: 2021-01-01}"
    assert mkdocs(POST, text, config) == "/blog/2020/03/05/title/"
    assert mkdocs(POST, "", config) is None
    files = f"{config}\nuse_directory_urls: false"
    assert mkdocs(POST, text, files) == "/blog/2020/03/05/title.html"


def test_translations():
    """What a plugin does with them is not known."""
    languages = SiteLanguages((SiteLanguage("en", "en"), SiteLanguage("de", "de")))
    assert mkdocs("docs/a.md", languages=languages) == "/a/"
    assert mkdocs("docs/a.de.md", languages=languages) is None


def test_the_base_path():
    """That of `site_url` counts."""
    config = read_config("site_url: https://x.example/docs/")
    assert MkDocsPermalinks.from_fields(config, "docs").base_path == "/docs"


@given(st.text("{}datesluygM/.- x", max_size=20), st.text("yMd/-' x", max_size=10), st.text())
def test_any_template(url_format, date_format, title):
    """No format and no title raises an exception."""
    blog = MkDocsBlog("blog", "blog/posts", url_format, date_format, 1, has_usual_slugs=True)
    permalinks = MkDocsPermalinks(blogs=(blog,))
    path_of(permalinks, POST, MKDOCS, "date: 2020-03-05", title=title)
