"""Collections: conversion to JSON, names, namespaces and digests."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.languages import SiteLanguage

TEXTS = st.none() | st.text(max_size=8)
LISTS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
COLLECTIONS = st.builds(
    Collection,
    id=TEXTS,
    title=TEXTS,
    description=TEXTS,
    url=TEXTS,
    language=TEXTS,
    serve_unpublished=st.booleans(),
    private_fields=LISTS,
    exclude=LISTS,
    future=st.sampled_from(("show", "hide", None)),
    serve_expired=st.booleans(),
)


@given(COLLECTIONS)
def test_json_round_trip(collection):
    """A collection read from its JSON is equal to the original."""
    assert Collection.from_json(json.loads(collection.to_json())) == collection


def test_json_of_another_version():
    """Unknown keys are ignored, and missing ones have their defaults."""
    assert Collection.from_json({"title": "T", "colour": "red", "exclude": ["a"]}) == Collection(
        title="T", exclude=("a",)
    )


def test_root_names(tmp_path):
    """A root's name is its id or else its folder's real path, also for other paths to it."""
    (tmp_path / "link").symlink_to(tmp_path)
    root = ImportRoot(tmp_path)
    assert root.name == str(tmp_path)
    assert ImportRoot(tmp_path / "link").name == root.name
    assert ImportRoot(tmp_path / "x" / "..").name == root.name
    assert ImportRoot(tmp_path, Collection(id="own", url="https://a.org")).name == "own"
    assert ImportRoot(tmp_path, Collection(url="https://a.org")).name == root.name
    (tmp_path / "loop").symlink_to("loop")
    assert ImportRoot(tmp_path / "loop").name == str(tmp_path / "loop")


def test_namespaces(tmp_path):
    """The namespace of GUIDs is the id, or else the url, or else the folder's name."""
    assert ImportRoot(tmp_path, Collection(id="own", url="https://a.org")).namespace == "own"
    assert ImportRoot(tmp_path, Collection(url="https://a.org")).namespace == "https://a.org"
    assert ImportRoot(tmp_path).namespace == tmp_path.name
    assert ImportRoot(Path("/")).namespace == ""


def test_settings_digests(tmp_path):
    """The digest depends only on the settings that determine the rows of a document."""
    default = Collection(id="a")
    same = [default, Collection(id="a", title="T", description="D", exclude=("x",))]
    assert len({ImportRoot(tmp_path, collection).settings_digest for collection in same}) == 1
    different = [
        default,
        Collection(id="b"),
        Collection(id="a", url="https://a.org"),
        Collection(id="a", serve_unpublished=True),
        Collection(id="a", private_fields=()),
        Collection(id="a", language="en"),
        Collection(id="a", languages=()),
        Collection(id="a", languages=(SiteLanguage("de", "de"),)),
        Collection(id="a", languages=(SiteLanguage("de", "de", "content/de"),)),
        Collection(id="a", future="show"),
        Collection(id="a", future="hide"),
        Collection(id="a", serve_expired=True),
        Collection(id="a", is_complete=False),
    ]
    digests = {ImportRoot(tmp_path, collection).settings_digest for collection in different}
    assert len(digests) == len(different)
