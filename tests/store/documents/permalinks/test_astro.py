"""Astro's addresses are known for pages, and for Starlight."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.archive_kinds import ASTRO
from newsgraph.store.documents.permalinks.astro import AstroPermalinks
from tests.store.documents.page_sources import path_of

STARLIGHT = "import starlight from '@astrojs/starlight'\n"


@pytest.mark.parametrize(
    ("path", "text", "config", "expected"),
    [
        ("src/pages/about.md", "", "", "/about/"),
        ("src/pages/blog/index.md", "", "", "/blog/"),
        ("src/pages/index.md", "", "", "/"),
        ("src/pages/[slug].md", "", "", None),
        ("src/pages/about.md", "", "trailingSlash: 'never'", "/about"),
        ("src/pages/about.md", "", "build: {format: 'file'}", "/about"),
        ("src/pages/about.md", "", "build: {format: 'file'},\ntrailingSlash: 'always'", "/about/"),
        ("src/content/blog/a.md", "slug: b", "", None),
        ("src/content/docs/a.md", "", "", None),
        ("src/content/docs/guides/a.md", "", STARLIGHT, "/guides/a/"),
        ("src/content/docs/guides/index.mdx", "", STARLIGHT, "/guides/"),
        ("src/content/docs/a.md", "slug: other/b", STARLIGHT, "/other/b/"),
        ("src/content/docs/Guide One.md", "", STARLIGHT, None),
    ],
)
def test_documents(path, text, config, expected):
    """Documents of other collections have the routes that programs give them."""
    assert path_of(AstroPermalinks.from_text(config), path, ASTRO, text) == expected


def test_the_base_path():
    """`base` is that of the site."""
    assert AstroPermalinks.from_text("base: '/docs'").base_path == "/docs"
