"""Collections: their JSON, and what of them decides names and readings."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.collection import Collection, Root

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
)


@given(COLLECTIONS)
def test_round_trip(collection):
    """What was written comes back equal."""
    assert Collection.from_json(json.loads(collection.to_json())) == collection


def test_json_of_another_version():
    """What is not known is left out, and what is not said is as usual."""
    assert Collection.from_json({"title": "T", "colour": "red", "exclude": ["a"]}) == Collection(
        title="T", exclude=("a",)
    )


def test_names(tmp_path):
    """A root is its id, else its folder's full path, whichever way one came there."""
    (tmp_path / "link").symlink_to(tmp_path)
    plain = Root(tmp_path)
    assert plain.name == str(tmp_path)
    assert Root(tmp_path / "link").name == plain.name
    assert Root(tmp_path / "x" / "..").name == plain.name
    assert Root(tmp_path, Collection(id="own", url="https://a.org")).name == "own"
    assert Root(tmp_path, Collection(url="https://a.org")).name == plain.name
    (tmp_path / "round").symlink_to("round")
    assert Root(tmp_path / "round").name == str(tmp_path / "round")


def test_namespaces(tmp_path):
    """What GUIDs are made from survives a move where it can."""
    assert Root(tmp_path, Collection(id="own", url="https://a.org")).namespace == "own"
    assert Root(tmp_path, Collection(url="https://a.org")).namespace == "https://a.org"
    assert Root(tmp_path).namespace == tmp_path.name
    assert Root(Path("/")).namespace == ""


def test_readings(tmp_path):
    """What decides the rows of a document is in the digest, and nothing else is."""
    usual = Collection(id="a")
    same = [usual, Collection(id="a", title="T", description="D", language="en", exclude=("x",))]
    assert len({Root(tmp_path, one).reading for one in same}) == 1
    other = [
        usual,
        Collection(id="b"),
        Collection(id="a", url="https://a.org"),
        Collection(id="a", serve_unpublished=True),
        Collection(id="a", private_fields=()),
    ]
    assert len({Root(tmp_path, one).reading for one in other}) == len(other)
