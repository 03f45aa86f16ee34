"""Permalinks are read from Eleventy's data files in JavaScript and from layouts."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.permalinks.eleventy import UnknownPermalink
from newsgraph.store.importing.archive_files import MAX_BYTES, ArchiveFiles
from newsgraph.store.importing.eleventy_permalinks import EleventyDefaults

LAYOUT = "---\npermalink: /l/\n---\n"
UNKNOWN = object()


def find(archive, files, layout=None, config=""):
    """Return the permalink of a post."""
    for name, text in files.items():
        archive.write_file(name, text)
    defaults = EleventyDefaults(config, ArchiveFiles(archive.folder, archive.folder))
    try:
        return defaults.find("blog/posts/a.md", layout)
    except UnknownPermalink:
        return UNKNOWN


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"blog/posts/posts.11tydata.js": "module.exports = {permalink: '/x/'};"}, "/x/"),
        ({"blog/blog.11tydata.cjs": "module.exports = {permalink: '/x/'};"}, "/x/"),
        ({"blog/posts/a.11tydata.mjs": "export default {permalink: '/x/'};"}, "/x/"),
        ({"blog/posts/posts.11tydata.js": "module.exports = {tags: ['x']};"}, None),
        ({"blog/posts/posts.11tydata.js": "module.exports = {permalink: (d) => '/x/'};"}, UNKNOWN),
        (
            {
                "blog/posts/posts.11tydata.js": "module.exports = {permalink: '/x/', "
                "eleventyComputed: {permalink: (d) => '/y/'}};"
            },
            UNKNOWN,
        ),
        ({"blog/posts/posts.11tydata.js": "permalink" * MAX_BYTES}, UNKNOWN),
        (
            {
                "blog/posts/posts.11tydata.js": "module.exports = {permalink: '/near/'};",
                "blog/blog.11tydata.js": "module.exports = {permalink: '/far/'};",
            },
            "/near/",
        ),
    ],
)
def test_programs(archive, files, expected):
    """The nearest program counts; what it computes is unknown."""
    assert find(archive, files) == expected


@pytest.mark.parametrize(
    ("files", "layout", "config", "expected"),
    [
        ({"_includes/post.njk": LAYOUT}, "post.njk", "", "/l/"),
        ({"_includes/post.html": LAYOUT}, "post", "", "/l/"),
        ({"_layouts/post.njk": LAYOUT}, "post", "", "/l/"),
        ({"src/parts/post.njk": LAYOUT}, "post", "dir: {input: 'src', layouts: 'parts'}", "/l/"),
        ({"_includes/x/y.njk": LAYOUT}, "post", "c.addLayoutAlias('post', 'x/y.njk')", "/l/"),
        (
            {"_includes/a.njk": "---\nlayout: b\n---\n", "_includes/b.njk": LAYOUT},
            *("a", "", "/l/"),
        ),
        ({"_includes/a.njk": "---\nlayout: a\n---\n"}, "a", "", None),
        ({"_includes/a.njk": "permalink: no front matter"}, "a", "", None),
        ({"_includes/a.njk": "---\npermalink: {build: /x/}\n---\n"}, "a", "", UNKNOWN),
        ({}, "a", "", UNKNOWN),
        ({"_includes/a.njk": "x" * (MAX_BYTES + 1)}, "a", "", UNKNOWN),
    ],
)
def test_layouts(archive, files, layout, config, expected):
    """A layout, or one of its own, may have a permalink; one that cannot be read is unknown."""
    assert find(archive, files, layout, config) == expected
