"""What a generator's configuration lacks comes from other files of the archive."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.site_identity import SiteIdentity
from newsgraph.store.importing.archive_detection import detect_archive
from newsgraph.store.importing.site_data_files import (
    DATA_FILES,
    HOME_PAGES,
    PUBLISHING_FILES,
    cname_paths,
)

PAGE = (Path(__file__).parents[3] / "docs" / "archives.md").read_text("utf-8")
SITE = "https://town.example.news/"


@pytest.mark.parametrize(
    ("files", "site"),
    [
        ({".eleventy.js": "", "_data/site.json": '{"title": "A"}'}, ("A", None)),
        (
            {
                "eleventy.config.mjs": "return {dir: {input: 'src'}}",
                "src/_data/metadata.js": f"export default {{title: 'A', url: '{SITE}'}}",
            },
            ("A", SITE),
        ),
        (
            {
                "eleventy.config.mjs": "return {dir: {input: 'src', data: '../info'}}",
                "info/site.yaml": "title: A",
            },
            ("A", None),
        ),
        (
            {
                "eleventy.config.js": f"feed({{\n metadata: {{\n title: 'B',\n url: '{SITE}b'}}}})",
                "_data/site.yml": f"title: A\nurl: {SITE}",
            },
            ("A", SITE),
        ),
        ({"astro.config.ts": "", "src/consts.ts": "export const SITE_TITLE = 'A';"}, ("A", None)),
        (
            {
                "astro.config.ts": f"site: '{SITE}'",
                "src/site.config.ts": "const menu = [{title: 'A'}];",
            },
            ("town.example.news", SITE),
        ),
        ({"config.toml": f"base_url = '{SITE}'"}, ("town.example.news", SITE)),
        (
            {
                "config.toml": f"base_url = '{SITE}'",
                "content/_index.md": "+++\ntitle = 'A'\n+++\n",
            },
            ("A", SITE),
        ),
        (
            {
                "hugo.yaml": "contentDir: text\nbaseURL: /",
                "text/_index.md": "---\ntitle: A\n---\n",
                "content/_index.md": "---\ntitle: B\n---\n",
            },
            ("A", None),
        ),
        (
            {"hugo.toml": "defaultContentLanguage = 'de'\n[languages.de]\ntitle = 'A'"},
            ("A", None),
        ),
        (
            {
                "pelicanconf.py": "SITENAME = u'A'\nSITEURL = ''\nTIMEZONE = 'UTC'",
                "publishconf.py": f"from pelicanconf import *\nSITEURL = '{SITE}'",
            },
            ("A", SITE),
        ),
        (
            {"_config.yml": "title: A\nbaseurl: /x", "CNAME": "town.example.news\n"},
            ("A", f"{SITE}x/"),
        ),
        (
            {"_config.yml": "title: A\nurl: http://b.news", "CNAME": "town.example.news"},
            ("A", "http://b.news/"),
        ),
        ({"mkdocs.yml": "site_name: A", "docs/CNAME": "town.example.news"}, ("A", SITE)),
        (
            {"pelicanconf.py": "", "content/extra/CNAME": "town.example.news"},
            ("town.example.news", SITE),
        ),
        ({"hugo.toml": "", "static/CNAME": "town.example.news"}, ("town.example.news", SITE)),
        ({"CNAME": "town.example.news", "a.md": ""}, (None, None)),
    ],
)
def test_files(tmp_path, files, site):
    """Data files, home pages, configurations for publishing and CNAME say what lacks."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    config = detect_archive(tmp_path).config
    assert (config.title, config.url) == site


def test_publishing_file_states_the_owner(tmp_path):
    """An author in Pelican's configuration for publishing replaces the other one, as its title."""
    (tmp_path / "pelicanconf.py").write_text("AUTHOR = 'Ann'\nSITELOGO = 'logo.png'", "utf-8")
    (tmp_path / "publishconf.py").write_text("AUTHOR = 'Desk'", "utf-8")
    assert detect_archive(tmp_path).config.identity == SiteIdentity(author="Desk", logo="logo.png")


def test_data_of_eleventy_state_the_owner(tmp_path):
    """The author in an example's configuration of a feed is not the site's."""
    text = "feed({metadata: {\n author: 'Bob',\n email: 'bob@b.news'}})\nfavicon: 'i.png'"
    (tmp_path / "eleventy.config.js").write_text(text, "utf-8")
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "site.json").write_text('{"author": {"name": "Ann"}}', "utf-8")
    assert detect_archive(tmp_path).config.identity == SiteIdentity(author="Ann", icon="i.png")


def test_unreadable_files(tmp_path):
    """Folders, pipes and links that lead nowhere say nothing, and block nothing."""
    (tmp_path / ".eleventy.js").write_text("", "utf-8")
    (tmp_path / "_data" / "site.json").mkdir(parents=True)
    os.mkfifo(tmp_path / "CNAME")
    (tmp_path / "_data" / "metadata.json").symlink_to("nowhere")
    assert detect_archive(tmp_path).config.title is None


def test_documented_files():
    """docs/archives.md lists the files of each kind."""
    for kind in KINDS.values():
        names = [
            *(f"`{stem}`" for stem in DATA_FILES.get(kind.name, ())),
            *([f"`{PUBLISHING_FILES[kind.name]}`"] if kind.name in PUBLISHING_FILES else ()),
            *([f"`content/{HOME_PAGES[kind.name]}`"] if kind.name in HOME_PAGES else ()),
            *(f"`{path}`" for path in cname_paths(kind) if kind.name != "plain"),
        ]
        if names:
            assert f"| `{kind.name}` | {', '.join(names)} |" in PAGE
