"""Imports of damaged documents: each file is imported, failed, or named as left out."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.server.config.settings import read_root
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.scan import scan_root
from newsgraph.store.importing.spool import Spool
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Clock
from tests.store.mutated_documents import mutated_documents

CONFIGURATIONS = {
    "plain": {},
    "jekyll": {"_config.yml": "defaults: [{values: {tags: x, date: soon}}]\ntimezone: Nowhere\n"},
    "hugo": {
        "hugo.toml": "[cascade]\ntype = 'x'\n",
        "content/_index.md": "---\ncascade: {date: soon}\n---",
    },
    "zola": {"config.toml": "base_url = 'https://x.example'\nignored_content = ['[']\n"},
    "hexo": {"_config.yml": "source_dir: source\nskip_render: none\n"},
    "eleventy": {".eleventy.js": "", "a/a.json": '{"tags": "x", "date": "soon"}'},
    "astro": {"astro.config.mjs": ""},
    "docusaurus": {"docusaurus.config.js": ""},
    "mkdocs": {"mkdocs.yml": "exclude_docs: none.md\n"},
    "pelican": {"pelicanconf.py": "PATH = 'content'\n"},
}
FOLDERS = {
    "hugo": "content",
    "zola": "content",
    "hexo": "source",
    "astro": "src/pages",
    "docusaurus": "blog",
    "mkdocs": "docs",
    "pelican": "content",
}
NOW = "2025-01-01T00:00:00Z"
NAMES = ("a.md", "a/b.markdown", "a/c.mdx", "d.html", "outside.md")
TEXTS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, mutated_documents()))


def write_site(folder, kind, texts):
    """Write the configuration and documents of an archive; return the documents' paths."""
    content = FOLDERS.get(kind, "")
    paths = [name if name == "outside.md" else f"{content}/{name}".strip("/") for name in texts]
    files = CONFIGURATIONS[kind] | dict(zip(paths, texts.values(), strict=True))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8", "surrogatepass"))
    (folder / content).mkdir(parents=True, exist_ok=True)
    return set(paths)


@given(st.sampled_from(list(CONFIGURATIONS)), TEXTS)
def test_no_file_vanishes(kind, texts):
    """Each file is a document, has an error, or is counted in a note; a second scan is the same."""
    with tempfile.TemporaryDirectory() as name, Spool() as spool:
        paths = write_site(Path(name), kind, texts)
        root = read_root(Path(name))
        assert root.collection.kind == kind
        result = scan_root(root, {}, {}, lambda _read, _total: None, spool, NOW)
        left_out = {path for group in result.listing.left_out.values() for path in group}
        reported = {*result.documents, *result.failed_paths, *result.left_out_paths, *left_out}
        assert paths <= reported
        errors = {item.path for item in result.diagnostics if item.severity == "error"}
        assert set(result.failed_paths) <= errors
        codes = {item.code for item in result.diagnostics}
        assert not any(path.endswith(".md") for path in result.left_out_paths) or (
            "not-a-document" in codes
        )
        assert not left_out or "left-out" in codes
        again = scan_root(root, {}, {}, lambda _read, _total: None, spool, NOW)
        assert list(again.documents) == list(result.documents)
        assert again.diagnostics == result.diagnostics


@pytest.mark.slow
@settings(max_examples=scale_examples(20))
@given(st.sampled_from(list(CONFIGURATIONS)), TEXTS)
def test_damaged_documents_are_imported(empty_store, kind, texts):
    """An import of damaged documents succeeds, and a second one changes nothing."""
    asyncio.run(check_import(empty_store, kind, texts))


async def check_import(empty_store, kind, texts):
    """Import an archive twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "archive"
        folder.mkdir()
        write_site(folder, kind, texts)
        path = Path(shutil.copy(empty_store, Path(name) / "store.db"))
        database = await SqliteDatabase.open(path)
        try:
            store = Store(database, SITE, Clock())
            report = await store.import_roots([read_root(folder)])
            again = await store.import_roots([read_root(folder)])
        finally:
            await database.close()
        assert (again.revision, again.diagnostics) == (report.revision, report.diagnostics)
        assert (again.unchanged, again.failed) == (report.created, report.failed)
