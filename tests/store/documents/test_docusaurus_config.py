"""Docusaurus's configuration names folders with documents in presets and in plugins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.docusaurus_config import find_docusaurus_folders

PRESET = """
// docs: {path: 'comment'},
const config = {
  presets: [['classic', {docs: {sidebar: {x: 1}, path: '../docs'}, "blog": {"path": `./news/`}}]],
  themeConfig: {navbar: {items: [{path: 'other'}]}, docs: {sidebar: {path: 'deeper'}}},
};
"""


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        (PRESET, [("../docs", False), ("news", True)]),
        ("['@docusaurus/plugin-content-docs', {id: 'a', path: 'articles'}]", [("articles", True)]),
        ("[require.resolve('x'), {path: 'a'}], {docs: {path: join('a')}}", []),
        ("docs: {path: '/srv/docs'}, blog: {path: '.'}", [("/srv/docs", False), (".", False)]),
        ("docs: {path: 'x", []),
        ("}}} docs: {path: 'x'}", [("x", True)]),
        ("", []),
    ],
)
def test_folders(text, folders):
    """A path is one of documents if it is an option of a plugin for docs, blogs or pages."""
    found = find_docusaurus_folders(text)
    assert [(folder.path, folder.is_inside) for folder in found] == folders
    assert all(text[folder.offset] in "'`" for folder in found)


@given(st.text("{}[]:,'docspath\n/*", max_size=60))
def test_any_program(text):
    """No program makes it fail."""
    assert all(folder.path for folder in find_docusaurus_folders(text))
