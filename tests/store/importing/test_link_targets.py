"""What links in bodies lead to: documents by their paths and names, and included text."""

from __future__ import annotations

import os

import pytest

from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.importing.link_targets import DocumentNames, DocumentTargets
from newsgraph.store.importing.local_files import DocumentFiles, LocalFiles
from newsgraph.store.importing.site_rules import read_site_rules

PATHS = [
    "content/_index.md",
    "content/about.md",
    "content/plans/bridge/index.md",
    "content/plans/roads.de.md",
    "content/plans/roads.md",
    "content/posts/2024-05-02-bridge-opens.md",
    "content/posts/roads.md",
    "content/posts/Über uns.md",
]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/plans/bridge.md", "content/plans/bridge/index.md"),
        ("/plans/bridge/index.md", "content/plans/bridge/index.md"),
        ("/plans/bridge", "content/plans/bridge/index.md"),
        ("plans/roads.md", "content/plans/roads.md"),
        ("content/about.md", "content/about.md"),
        ("about", "content/about.md"),
        ("ABOUT.md", "content/about.md"),
        ("2024-05-02-bridge-opens", "content/posts/2024-05-02-bridge-opens.md"),
        ("posts/2024-05-02-bridge-opens", "content/posts/2024-05-02-bridge-opens.md"),
        ("bridge-opens", "content/posts/2024-05-02-bridge-opens.md"),
        ("bridge", "content/plans/bridge/index.md"),
        ("roads.md", "content/posts/roads.md"),
        ("./roads.md", "content/posts/roads.md"),
        ("../plans/roads.md", "content/plans/roads.md"),
        ("Über uns.md", "content/posts/Über uns.md"),
        ("roads.de.md", "content/plans/roads.de.md"),
        ("other", None),
        ("../../../etc/passwd", None),
        ("/other/about.md", None),
        ("./about.md", None),
        ("", None),
    ],
)
def test_documents(tmp_path, name, path):
    """Paths are relative to the document or to the folder with documents; a name can be enough."""
    root = ImportRoot(tmp_path, Collection(kind="hugo"))
    names = DocumentNames(root, PATHS)
    assert names.find(name, "content/posts/a.md") == path


def test_documents_below_the_folder_of_a_language(tmp_path):
    """A path from the root can be one below it, if the folder with documents has none there."""
    root = ImportRoot(tmp_path, Collection(kind="hugo"))
    names = DocumentNames(root, ["content/en/a.md", "content/en/x.md", "content/en/posts/y.md"])
    assert names.find("/a.md", "content/en/posts/y.md") == "content/en/a.md"
    assert names.find("/posts/y", "content/en/x.md") == "content/en/posts/y.md"
    assert names.find("/a.md", "content/de/x.md") is None
    assert names.find("/y.md", "content/posts/z.md") is None


def test_ambiguous_names(tmp_path):
    """A name of several documents means none of them, unless one is beside the document."""
    names = DocumentNames(ImportRoot(tmp_path, Collection()), ["a/x.md", "b/x.md", "c/y.md"])
    assert names.find("x", "c/y.md") is None
    assert names.find("a/x", "c/y.md") == "a/x.md"
    assert names.find("x.md", "b/z.md") == "b/x.md"


def test_pages_that_are_no_documents(tmp_path):
    """A file of HTML without front matter has no page here, by its path or by its name."""
    paths = ["pics/e.html", "pics/f.html", "pics/gone.html", "pics/n.md"]
    (tmp_path / "pics").mkdir()
    (tmp_path / "pics/e.html").write_text("<p>x</p>")
    (tmp_path / "pics/f.html").write_text("\ufeff\n---\ntitle: F\n---\n<p>x</p>", "utf-8")
    names = DocumentNames(ImportRoot(tmp_path, Collection(kind="jekyll")), paths)
    assert names.find("/pics/e.html", "_posts/a.md") is None
    assert names.find("e", "_posts/a.md") is None
    assert names.find("/pics/gone.html", "_posts/a.md") is None
    assert names.find("/pics/f.html", "_posts/a.md") == "pics/f.html"
    assert names.find("f", "_posts/a.md") == "pics/f.html"
    assert names.find("/pics/n.md", "_posts/a.md") == "pics/n.md"


@pytest.fixture
def targets(tmp_path):
    """The targets of ``posts/a.md`` in an archive with included files."""
    archive = tmp_path / "archive"
    for path, text in {
        "_includes/note.md": "---\ntitle: Note\n---\nRead *this*.\n",
        "_includes/parts/note.html": "<p>Read</p>",
        "_includes/.secret": "secret",
        "posts/more.md": "More\n",
        "posts/a.yaml": "---\na: 1\n---\nb: 2\n",
        "secret.md": "secret",
    }.items():
        (archive / path).parent.mkdir(parents=True, exist_ok=True)
        (archive / path).write_text(text)
    (tmp_path / "outside.md").write_text("secret")
    (archive / "_includes/outside.md").symlink_to(tmp_path / "outside.md")
    os.mkfifo(archive / "_includes/pipe.md")
    root = ImportRoot(archive, Collection(kind="jekyll"))
    files = DocumentFiles(LocalFiles(root, read_site_rules(root)), "posts/a.md")
    return DocumentTargets(root, "posts/a.md", DocumentNames(root, []), files)


@pytest.mark.parametrize(
    ("name", "relative", "text"),
    [
        ("note.md", False, "Read *this*.\n"),
        ("parts/note.html", False, "<p>Read</p>"),
        ("more.md", True, "More\n"),
        ("a.yaml", True, "---\na: 1\n---\nb: 2\n"),
        ("more.md", False, None),
        ("note.md", True, None),
        ("../_includes/note.md", True, "Read *this*.\n"),
        (".secret", False, None),
        ("outside.md", False, None),
        ("pipe.md", False, None),
        ("../../outside.md", True, None),
        ("/etc/passwd", False, None),
        ("parts", False, None),
        ("a\0b", False, None),
    ],
)
def test_included_text(targets, name, relative, text):
    """It comes from `_includes` or from beside the document, never from outside of the folder."""
    assert targets.read_include(name, relative=relative) == text


def test_front_matter_of_included_text(tmp_path, targets):
    """It is not part of the text, whether it is YAML or TOML."""
    folder = tmp_path / "archive" / "posts"
    (folder / "toml.md").write_text('+++\ntitle = "A"\n+++\nText\n', "utf-8")
    (folder / "mixed.md").write_text("+++\n---\nText\n", "utf-8")
    assert targets.read_include("toml.md", relative=True) == "Text\n"
    assert targets.read_include("mixed.md", relative=True) == "+++\n---\nText\n"
