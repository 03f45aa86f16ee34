"""Who an author is: the key in the author files, or else the folded name in the collection."""

from __future__ import annotations

from itertools import permutations

import pytest

from newsgraph.store.documents.author_directory import AuthorDirectory
from newsgraph.store.documents.document import Author, AuthorEntry

ANN = AuthorEntry("ann", "authors.yml", "Ann Bell")
BOB = AuthorEntry("Bob Cole", "authors.yml", url="https://bob.example")
DIRECTORY = AuthorDirectory("town", [ANN, BOB])


@pytest.mark.parametrize(
    ("mention", "entry"),
    [
        (Author("ann"), ANN),
        (Author("Ann"), ANN),
        (Author("Ann Bell"), ANN),
        (Author("ANN  bell"), ANN),
        (Author("bob-cole"), BOB),
        (Author("Bob Cole"), BOB),
        (Author("Annie", key="ann"), ANN),
        (Author("Ann Bell", key="unknown"), ANN),
        (Author("Ann Belle"), None),
        (Author("A", key="b"), None),
    ],
)
def test_references(mention, entry):
    """A document refers to an author by key, by the key's slug, or by name."""
    assert DIRECTORY.find(mention) == entry
    same = Author(entry.key) if entry else Author(mention.name)
    assert DIRECTORY.identify(mention) == DIRECTORY.identify(same)


def test_names_are_folded():
    """Without an entry, names that differ in case, width or spaces are the same author."""
    directory = AuthorDirectory("town")
    same = {directory.identify(Author(name)) for name in ("Ann B", "ann  b", "ＡＮＮ B", " Ann\tB")}
    different = {directory.identify(Author(name)) for name in ("Ann B.", "Ann-B", "AnnB", "Änn B")}
    assert (len(same), len(different), len(same | different)) == (1, 4, 5)


def test_an_exact_key_precedes_others():
    """Keys that differ only in case are different authors."""
    lower, upper = AuthorEntry("ann", "a.yml", "One"), AuthorEntry("Ann", "a.yml", "ann")
    directory = AuthorDirectory("town", [lower, upper])
    assert directory.find(Author("ann")) == lower
    assert directory.find(Author("Ann")) == upper


def test_the_order_of_entries_does_not_matter():
    """Of several entries with one name or slug, the first by key is used."""
    entries = [AuthorEntry(key, "a.yml", "Same") for key in ("b c", "b-c", "a")]
    directories = [AuthorDirectory("town", order) for order in permutations(entries)]
    for reference in ("Same", "B C", "b c"):
        assert len({directory.find(Author(reference)) for directory in directories}) == 1
    assert directories[0].find(Author("same")).key == "a"


def test_collections_have_authors_of_their_own():
    """Equal names and equal keys in two collections are different authors."""
    other = AuthorDirectory("city", [ANN])
    for name in ("ann", "Somebody"):
        assert DIRECTORY.identify(Author(name)) != other.identify(Author(name))
    assert set(DIRECTORY.entries) == {
        DIRECTORY.identify(Author(name)) for name in ("ann", "Bob Cole")
    }
    # A name is not a key, even if they are equal.
    assert AuthorDirectory("town").identify(Author("ann")) != DIRECTORY.identify(Author("ann"))
