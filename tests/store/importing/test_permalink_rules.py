"""Addresses follow from the configurations of sites, wherever these are."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.importing.site_rules import read_site_rules
from tests.store.documents.page_sources import front_matter

PAGE = (Path(__file__).parents[3] / "docs" / "archives.md").read_text("utf-8")
SITES = [
    ({"_config.yml": "permalink: pretty"}, "_posts/2020-01-02-a.md", "/2020/01/02/a/"),
    ({"hugo.toml": "[permalinks]\nx = '/p/:filename'"}, "content/x/a.md", "/p/a/"),
    (
        {
            "config/_default/hugo.toml": "title = 'x'",
            "config/_default/permalinks.toml": "x = '/p/:sections/:filename'",
            "config/_default/module.toml": "",
            "content/x/y/_index.md": "",
        },
        "content/x/y/a.md",
        "/p/x/y/a/",
    ),
    (
        {
            "config/_default/hugo.toml": "title = 'x'",
            "config/_default/permalinks.toml": "x = ",
        },
        "content/x/a.md",
        None,
    ),
    ({"config.toml": "base_url = 'https://x.example'"}, "content/x/a.md", "/x/a/"),
    ({"_config.yml": "source_dir: source\nroot: /b/"}, "source/x/a.md", "/x/a.html"),
    ({"mkdocs.yml": "site_name: x"}, "docs/x/a.md", "/x/a/"),
    ({"mkdocs.yml": "docs_dir: manual"}, "manual/x/a.md", "/x/a/"),
    ({"docusaurus.config.js": "x"}, "docs/x/a.md", "/docs/x/a"),
    ({"docusaurus.config.js": "x", "versions.json": "[]"}, "docs/x/a.md", "/docs/next/x/a"),
    ({"astro.config.mjs": "x"}, "src/pages/a.md", "/a/"),
    ({"astro.config.mjs": "x"}, "src/content/a.md", None),
    ({"pelicanconf.py": "ARTICLE_URL = '{slug}/'"}, "content/a.md", "/t/"),
    ({".eleventy.js": "dir: {input: 'src'}"}, "src/x/a.md", "/x/a/"),
    ({"newsgraph.toml": "kind = 'hugo'"}, "content/x/a.md", None),
    ({"a.md": ""}, "b.md", None),
]


def test_the_page_has_all_kinds():
    """docs/archives.md says what is read of each kind."""
    table = PAGE[PAGE.index("| kind | what is read | no address |") :].partition("\n\n")[0]
    kinds = [line.split("`")[1] for line in table.splitlines()[2:]]
    assert kinds == list(KINDS)


@pytest.mark.parametrize(("files", "path", "expected"), SITES)
def test_sites(archive, files, path, expected):
    """Each kind of archive has its rules; without a configuration there are none."""
    for name, text in {path: "", **files}.items():
        archive.write_file(name, text)
    root = read_root(archive.folder)
    permalinks = read_site_rules(root).rules_of(path).permalinks
    location = root.collection.site_languages.locate(path, root.collection.archive_kind)
    address = permalinks and permalinks.address_of(path, location, front_matter("title: T"), "T")
    assert (address and address.path) == expected
