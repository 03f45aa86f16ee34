"""The title of a site whose configuration states none."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.documents.site_title import folder_title, site_collection


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("/home/ada/notes", "notes"),
        ("/home/ada/Notes on bees", "Notes on bees"),
        ("/home/ada/bees/content", "bees"),
        ("/home/ada/bees/_posts", "bees"),
        ("/home/ada/bees/.content", "bees"),
        ("/home/ada/bees.example/Website", "bees.example"),
        ("/home/ada/docs/notes", "notes"),
        ("/home/ada/site/docs", None),
        ("/home/ada/blog", None),
        ("/Users/ada/blog", None),
        ("/srv/www", None),
        ("/blog", None),
        ("/", None),
    ],
)
def test_folder_title(folder, title):
    """It is the folder's name, or else its parent's; general names are none."""
    assert folder_title(folder) == title


@pytest.mark.parametrize(
    ("roots", "title"),
    [
        ([], None),
        ([("/a/notes", Collection())], "notes"),
        ([("/a/notes", Collection(title=""))], "notes"),
        ([("/a/notes", Collection(title="Bees"))], "Bees"),
        ([("/a/notes", Collection()), ("/a/bees", Collection(title="Bees"))], None),
        ([("/a/notes", Collection(title="Notes")), ("/a/bees", Collection())], "Notes"),
    ],
)
def test_site_collection(roots, title):
    """A title comes before a folder's name, which counts only without other folders."""
    assert site_collection(roots).title == title
