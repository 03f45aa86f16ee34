"""Articles about the same are similar, in three languages, and others are not."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from newsgraph.store.query.selection import Edge, EdgeArguments, Edges, Field, Node, Page, Selection

DOCUMENTS = tomllib.loads((Path(__file__).parent / "documents.toml").read_text("utf-8"))["document"]
SLUG = Field("slug", "slug")
SIMILAR = Edge("similar", "similar", Selection((SLUG,)), EdgeArguments(first=3))


@pytest.fixture
async def similar(opened, archive):
    """The first three similar articles of each document of the set, by name."""
    for number, document in enumerate(DOCUMENTS):
        keys = {"title": document["title"], "lang": document["language"]}
        body = document["text"].replace("\n", " ")
        archive.write_article(f"{name_of(number)}.md", body=body, **keys)
    await opened.import_archives(archive)
    page = Page((Edges("edges", (Node("node", Selection((SLUG, SIMILAR))),)),))
    edge = Edge("articles", "articles", page, EdgeArguments(first=len(DOCUMENTS)))
    (result,) = (await opened.store.read(Selection((edge,)))).results
    nodes = [edge["node"] for edge in json.loads(result)["articles"]["edges"]]
    return {node["slug"]: [other["slug"] for other in node["similar"]] for node in nodes}


def name_of(number):
    """Return the name of a document: language, theme and number."""
    document = DOCUMENTS[number]
    return f"{document['language']}-{document['theme']}-{number}"


def test_documents_of_a_theme_are_similar(similar):
    """The first similar article has the same theme and language; without one there is none."""
    assert len(similar) == len(DOCUMENTS)
    for name, found in similar.items():
        language_and_theme, _, _ = name.rpartition("-")
        if language_and_theme.endswith("-alone"):
            assert found == [], name
        else:
            assert found[0].startswith(language_and_theme), (name, found)
            assert all(other.startswith(name[:3]) for other in found), (name, found)
