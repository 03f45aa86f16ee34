"""A generator's configuration says whether it builds future and expired documents, and drafts."""

from __future__ import annotations

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.build_flags import BuildFlags
from newsgraph.store.documents.site_config import parse_site_config

HUGO = "baseURL = 'https://town.example/'\n"


@pytest.mark.parametrize(
    ("path", "text", "flags"),
    [
        ("_config.yml", "title: T", BuildFlags()),
        ("_config.yml", "future: true", BuildFlags(future=True)),
        ("_config.yml", "future: false", BuildFlags(future=False)),
        ("_config.yml", "unpublished: true\nshow_drafts: true", BuildFlags(drafts=True)),
        # Drafts would be served, too.
        ("_config.yml", "unpublished: true", BuildFlags()),
        ("_config.yml", "show_drafts: true", BuildFlags()),
        ("_config.yml", "render_drafts: true", BuildFlags(drafts=True)),
        ("hugo.toml", "buildFuture = true", BuildFlags(future=True)),
        ("hugo.yaml", "buildfuture: true\nbuildExpired: true", BuildFlags(True, expired=True)),
        ("hugo.json", '{"buildDrafts": true}', BuildFlags(drafts=True)),
        ("mkdocs.yml", "plugins: [search, blog]", BuildFlags()),
        (
            "mkdocs.yml",
            "plugins:\n  - search\n  - blog:\n      draft_if_future_date: true",
            BuildFlags(future=False),
        ),
        ("mkdocs.yml", "plugins: {material/blog: {draft: true}}", BuildFlags(drafts=True)),
        ("mkdocs.yml", "plugins: {blog: {draft_if_future_date: false}}", BuildFlags()),
        ("pelicanconf.py", "WITH_FUTURE_DATES = False\n", BuildFlags(future=False)),
        ("pelicanconf.py", "A = 1\nWITH_FUTURE_DATES=True # x", BuildFlags(future=True)),
        ("pelicanconf.py", "# WITH_FUTURE_DATES = False", BuildFlags()),
        ("_config.yml", "future: {v4: true}\nplugins: blog", BuildFlags()),
        ("_config.yml", "future: maybe", BuildFlags()),
        ("docusaurus.config.js", "future: { v4: true }", BuildFlags()),
    ],
)
def test_flags(path, text, flags):
    """Each generator has its own names."""
    assert parse_site_config(text, path).build == flags


@pytest.mark.parametrize(
    ("kind", "future", "setting"),
    [
        ("jekyll", True, "show"),
        ("jekyll", False, None),
        ("jekyll", None, None),
        ("hugo", True, "show"),
        ("hexo", True, None),
        ("hexo", False, "hide"),
        ("pelican", False, "hide"),
        ("mkdocs", False, "hide"),
    ],
)
def test_a_repeated_default_is_no_setting(kind, future, setting):
    """`future: false` must not hide Jekyll's pages, nor Hexo's `true` show a `publishDate`."""
    assert BuildFlags(future).future_setting(KINDS[kind]) == setting


@pytest.mark.parametrize(
    ("toml", "future", "serve_unpublished"),
    [
        ("", "show", True),
        ("future = 'hide'", "hide", True),
        ("unpublished = 'hide'", "show", False),
        ("kind = 'zola'", None, True),
    ],
)
def test_newsgraph_toml_overrides_the_flags(tmp_path, toml, future, serve_unpublished):
    """What newsgraph.toml says takes the place of what the generator's configuration says."""
    flags = "buildFuture = true\nbuildDrafts = true\nbuildExpired = true\n"
    (tmp_path / "hugo.toml").write_text(HUGO + flags, "utf-8")
    (tmp_path / "newsgraph.toml").write_text(toml, "utf-8")
    collection = read_root(tmp_path).collection
    assert (collection.future, collection.serve_unpublished) == (future, serve_unpublished)
    assert collection.serve_expired
