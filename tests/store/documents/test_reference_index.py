"""References find the document that they name by its id, slug, path or address."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsgraph.store.documents.identity import document_identity, document_slug
from newsgraph.store.documents.reference_index import (
    NamedDocument,
    Reference,
    ReferenceIndex,
    address_names,
    document_names,
    is_site_path,
    path_name,
)

PATHS = (
    "_posts/2024-05-02-bridge-opens.md",
    "_posts/2024-5-3-weekly.md",
    "_posts/2024-06-07-weekly.md",
    "posts/Bridge plans.md",
    "posts/costs/index.md",
    "content/en/roads.markdown",
    "a/twice.md",
    "b/twice.md",
    "news/2024/05/monthly.md",
    "café.md",
    "old/tags/bridge.html",
)
IDS = {"posts/Bridge plans.md": "news:12"}
FRONT_MATTER = {
    "content/en/roads.markdown": {
        "Slug": "ways",
        "permalink": "/news/the-roads.html",
        "aliases": ["/old/roads/", "https://other.example/elsewhere", 5],
    },
}


def find(target, path="x/y.md", *, hidden=(), folders=("content",)):
    """Return the paths of the documents that a reference may mean."""
    index = ReferenceIndex(folders)
    index.add_reference(reference := Reference(target, path))
    for key, file in enumerate(PATHS):
        document = NamedDocument(key, file, file in hidden)
        identity = document_identity(IDS.get(file), file)
        index.add_document(document, document_names(document, identity))
        index.add_document(document, address_names(FRONT_MATTER.get(file, {})))
    return [document.path for document in index.find(reference)]


OPENS, PLANS, COSTS, ROADS = PATHS[0], PATHS[3], PATHS[4], PATHS[5]


@pytest.mark.parametrize(
    ("target", "path", "document"),
    [
        ("news:12", "x.md", PLANS),
        (document_slug("news:12"), "x.md", PLANS),
        ("posts/costs", "x.md", COSTS),
        ("posts/costs/index.md", "x.md", COSTS),
        ("/posts/costs/", "x/y.md", COSTS),
        ("./costs/", "posts/x.md", COSTS),
        ("../posts/costs.html?a#b", "x/y.md", COSTS),
        ("../costs/", "posts/x.md", COSTS),
        ("costs", "x/y.md", COSTS),
        ("costs", "posts/x.md", COSTS),
        ("Bridge plans", "x.md", PLANS),
        ("bridge-plans", "x.md", PLANS),
        ("/posts/Bridge%20plans/", "x.md", PLANS),
        (r"posts\Bridge plans.md", "x.md", PLANS),
        ("2024-05-02-bridge-opens", "x.md", OPENS),
        ("_posts/2024-05-02-bridge-opens.md", "x.md", OPENS),
        ("/2024/05/02/bridge-opens/", "x.md", OPENS),
        ("/town/2024/5/2/bridge-opens.html", "x.md", OPENS),
        ("/2024/05/bridge-opens/", "x.md", OPENS),
        ("bridge-opens", "x.md", OPENS),
        ("2024-05-03-weekly", "x.md", PATHS[1]),
        ("/2024/06/weekly", "x.md", PATHS[2]),
        ("/en/roads", "x.md", ROADS),
        ("en/roads.md", "x.md", ROADS),
        ("ways", "x.md", ROADS),
        ("/posts/ways/", "x.md", ROADS),
        ("/news/the-roads", "x.md", ROADS),
        ("/old/roads", "x.md", ROADS),
        ("b/twice", "x.md", "b/twice.md"),
        ("twice", "a/x.md", "a/twice.md"),
        ("/2024/05/monthly/", "x.md", "news/2024/05/monthly.md"),
        ("cafe\u0301", "x.md", "café.md"),
        ("tags/bridge", "old/x.md", "old/tags/bridge.html"),
    ],
)
def test_names(target, path, document):
    """Ids come first, then paths and addresses, and then the last part of the path."""
    assert find(target, path) == [document]


@pytest.mark.parametrize(
    ("target", "documents"),
    [
        ("", []),
        ("/", []),
        ("..", []),
        ("../../..", []),
        ("posts", []),
        ("bridge-open", []),
        ("12", []),
        ("weekly", ["_posts/2024-06-07-weekly.md", "_posts/2024-5-3-weekly.md"]),
        ("/c/twice/", ["a/twice.md", "b/twice.md"]),
        ("twice.md", ["a/twice.md", "b/twice.md"]),
        ("/2023/01/01/bridge-opens/", []),
        ("2023-01-01-bridge-opens", []),
        ("/tags/bridge/", []),
        ("/category/costs/", []),
        ("https://other.example/elsewhere", []),
    ],
)
def test_no_document_or_several(target, documents):
    """A name that two documents share means neither; a list of documents is no document."""
    assert find(target) == documents


def test_hidden_documents():
    """An id or a path means one document, even a hidden one; another name one that is served."""
    assert find("a/twice", hidden=("a/twice.md",)) == ["a/twice.md"]
    assert find("twice", "a/x.md", hidden=("a/twice.md",)) == ["a/twice.md"]
    assert find("twice", hidden=("a/twice.md",)) == ["b/twice.md"]
    assert find("costs", hidden=(COSTS,)) == [COSTS]


def test_paths_that_differ_only_in_case():
    """Of two documents with the same path, the one that is served comes first."""
    index = ReferenceIndex()
    index.add_reference(reference := Reference("/Plans/", "x.md"))
    for key, path in enumerate(("PLANS.md", "plans.md")):
        document = NamedDocument(key, path, is_hidden=path == "PLANS.md")
        index.add_document(document, document_names(document, path.removesuffix(".md")))
    assert [document.path for document in index.find(reference)] == ["plans.md"]


@pytest.mark.parametrize(
    ("target", "path", "language", "expected"),
    [
        ("/p/", "x.md", "en", "p.md"),
        ("/p/", "x.de.md", "de", "p.de.md"),
        ("p", "x.de.md", "de", "p.de.md"),
        ("p.md", "x.de.md", "de", "p.de.md"),
        ("p.de.md", "x.md", "en", "p.de.md"),
        # Without a translation, the one in the default language.
        ("/p/", "x.sv.md", "sv", "p.md"),
        # A translation leads to its original, not to itself.
        ("p", "p.de.md", "de", "p.md"),
        ("plan", "x.de.md", "de", "b/q.de.md"),
        ("plan", "x.sv.md", "sv", "a/q.md"),
    ],
)
def test_the_language_of_the_reference_is_preferred(target, path, language, expected):
    """Of a document and its translations, the one in the reference's language is meant."""
    index = ReferenceIndex(default_language="en")
    index.add_reference(reference := Reference(target, path, language))
    files = {"p.md": "en", "p.de.md": "de", "a/q.md": "en", "b/q.de.md": "de"}
    for key, (file, tag) in enumerate(files.items()):
        other_paths = (file.replace(".de.", "."),)
        document = NamedDocument(key, file, language=tag, other_paths=other_paths)
        index.add_document(document, document_names(document, file.removesuffix(".md")))
        if "q." in file:
            index.add_document(document, address_names({"slug": "plan"}))
    assert [item.path for item in index.find(reference)] == [expected]


# Neither begins nor ends with a space or a dot.
PARTS = st.from_regex("[ab1Ä_&ß-](?:[ab1Ä .&ß_-]{0,3}[ab1Ä_&ß-])?", fullmatch=True)
RANDOM_PATHS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".md")


@given(st.sets(RANDOM_PATHS, min_size=1, max_size=6), RANDOM_PATHS, st.data())
def test_a_document_is_found_by_each_of_its_paths(paths, source, data):
    """An id, a path from the root and a path from the document's folder each mean one document."""
    path = data.draw(st.sampled_from(sorted(paths)))
    assume(len({path_name(item) for item in paths}) == len(paths))
    relative = posixpath.relpath(path, posixpath.dirname(source) or ".")
    identity = document_identity(None, path)
    index = ReferenceIndex()
    targets = [identity, document_slug(identity), f"/{path}", f"/{identity}/", f"./{relative}"]
    for target in targets:
        index.add_reference(Reference(target, source))
    for key, item in enumerate(paths):
        document = NamedDocument(key, item)
        index.add_document(document, document_names(document, document_identity(None, item)))
    for target in targets:
        assert [item.path for item in index.find(Reference(target, source))] == [path]


@given(st.text(), RANDOM_PATHS)
def test_any_reference_is_read(target, source):
    """Whatever a document contains, looking for it does not fail."""
    index = ReferenceIndex(("content",))
    index.add_reference(Reference(target, source))
    assert index.find(Reference(target, source)) == []


def test_paths_of_the_site():
    """Only what begins with a slash and is no Markdown file can be a page of the site."""
    assert is_site_path("/about/")
    assert is_site_path("/about.html?x=.md")
    assert not is_site_path("/about.md#x")
    assert not is_site_path("about/")
