"""Only files that a generator would publish are found, and each import reads only changed ones."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.importing.local_files import (
    DocumentFiles,
    FileReference,
    LocalFiles,
    StoredFiles,
    href_of,
)
from newsgraph.store.importing.site_rules import SiteRules
from tests.hypothesis_profiles import scale_examples
from tests.store.picture_files import FILES, MP3, png, svg

DOCUMENT = "posts/a.md"


class Folder:
    """A folder with files, and an object that finds them."""

    def __init__(self, path, **settings):
        self.path = path
        self.collection = Collection(**settings)

    def write(self, path, data):
        """Write a file."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def files(self, stored=None):
        """Return a new object that finds files."""
        root = ImportRoot(self.path, self.collection)
        return LocalFiles(root, SiteRules(), stored or StoredFiles())

    def find(self, url, document=DOCUMENT):
        """Return the file that a URL means, and the problems."""
        files = self.files()
        return files.find_file(url, document), [item.message for item in files.diagnostics()]


@contextmanager
def as_ordinary_user():
    """Take the rights of root away, if the tests have them: root may read everything."""
    user = os.geteuid()
    os.seteuid(user or 65_534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def folder(tmp_path):
    """An empty folder."""
    (tmp_path / "root").mkdir()
    return Folder(tmp_path / "root")


def test_a_file_is_described(folder):
    """Its digest, type, size and the size of the picture are known."""
    data = png(300, 200)
    folder.write("posts/my bridge.png", data)
    file, problems = folder.find("my%20bridge.png")
    assert file.path == "posts/my bridge.png"
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert (file.media_type, file.size) == ("image/png", len(data))
    assert (file.width, file.height) == (300, 200)
    assert file.url_path == f"/files/{file.sha256}/my%20bridge.png"
    assert problems == []


@pytest.mark.parametrize("name", FILES)
def test_each_type_is_found(folder, name):
    """Files of all types can be served."""
    folder.write(f"posts/{name}", FILES[name])
    assert folder.find(name)[0].size == len(FILES[name])


def test_a_missing_file_is_no_problem(folder):
    """It can be on the site all the same; also if a folder of the path is a file."""
    folder.write("posts/a.png", png())
    assert folder.find("b.png") == (None, [])
    assert folder.find("a.png/b.png") == (None, [])


@pytest.mark.parametrize(
    "path",
    [
        ".secret.png",
        ".git/a.png",
        "posts/.a/b.png",
        "_data/a.png",
        "_includes/a.png",
        "_Layouts/a.png",
        "node_modules/x/a.png",
        "NODE_MODULES/a.png",
        "_site/a.png",
        "private/a.png",
        "a/b.draft.png",
    ],
)
def test_files_that_are_not_published(folder, path):
    """Names with a dot, folders of generators and excluded paths are never served."""
    folder.collection = Collection(exclude=("private", "*.draft.png"))
    folder.write(path, png())
    file, (problem,) = folder.find(f"/{path}")
    assert file is None
    assert f"{path} (its path is excluded)" in problem


def test_what_a_kind_skips_is_not_served(folder):
    """The output of the generator is a copy of the archive."""
    folder.collection = Collection(kind="mkdocs")
    folder.write("site/img/a.png", png())
    assert folder.find("/site/img/a.png", "docs/a.md")[0] is None


def test_rules_of_the_generator(folder):
    """Jekyll's `exclude` also leaves out the files in an excluded folder."""

    class Rules(SiteRules):
        def skips(self, path):
            return path == "drafts"

    folder.write("drafts/a.png", png())
    for kind, is_found in (("jekyll", False), ("hexo", True)):
        root = ImportRoot(folder.path, Collection(kind=kind))
        file = LocalFiles(root, Rules()).find_file("/drafts/a.png", "_posts/a.md")
        assert (file is not None) == is_found


def test_links_that_lead_outside(folder):
    """Neither a link to a file nor one to a folder, nor a link by way of another."""
    outside = folder.path.parent / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(png())
    folder.write("posts/x.png", png())
    (folder.path / "posts" / "a.png").symlink_to(outside / "a.png")
    (folder.path / "out").symlink_to(outside)
    (folder.path / "posts" / "b.png").symlink_to("../out/a.png")
    for url in ("a.png", "/out/a.png", "b.png", "../out/a.png"):
        file, (problem,) = folder.find(url)
        assert file is None
        assert "it is a link to a file outside of the folder" in problem
    assert folder.find("../../outside/a.png") == (None, [])


def test_links_inside(folder):
    """A link to a file in the folder is followed, unless that file is not published."""
    folder.write("img/ä.png", png(3, 4))
    folder.write(".cache/a.png", png())
    folder.write("notes.txt", png())
    (folder.path / "posts").mkdir()
    (folder.path / "posts" / "a.png").symlink_to("../img/ä.png")
    file = folder.find("a.png")[0]
    assert (file.path, file.width) == ("img/ä.png", 3)
    for target in ("../.cache/a.png", "../notes.txt"):
        (folder.path / "posts" / "b.png").unlink(missing_ok=True)
        (folder.path / "posts" / "b.png").symlink_to(target)
        assert folder.find("b.png")[0] is None


def test_the_folder_may_be_a_link(folder):
    """Only links below the folder count."""
    folder.write("posts/a.png", png())
    link = folder.path.parent / "link"
    link.symlink_to(folder.path)
    file = Folder(link).find("a.png")[0]
    assert file.path == "posts/a.png"


def test_what_is_no_file(folder):
    """Pipes, folders, loops of links, and contents of another type: one warning for all."""
    posts = folder.path / "posts"
    (posts / "folder.png").mkdir(parents=True)
    os.mkfifo(posts / "pipe.png")
    (posts / "loop.png").symlink_to("loop.png")
    folder.write("posts/page.png", b"<html>")
    files = folder.files()
    for name in ("folder", "pipe", "loop", "page"):
        assert files.find_file(f"{name}.png", DOCUMENT) is None
    (diagnostic,) = files.diagnostics()
    assert (diagnostic.code, diagnostic.path) == ("unserved-file", "")
    assert diagnostic.message.endswith("and 1 more.")
    assert "posts/folder.png (it is not a regular file)" in diagnostic.message


def test_a_file_without_permission(folder):
    """A file that cannot be read is reported."""
    folder.write("posts/a.png", png()).chmod(0)
    with as_ordinary_user():
        file, (problem,) = folder.find("a.png")
    assert file is None
    assert "Permission denied" in problem


def test_a_large_file(folder):
    """A file of more than a gigabyte is not read."""
    with folder.write("posts/a.mp3", MP3).open("r+b") as file:
        file.truncate(1_000_000_001)
    found, (problem,) = folder.find("a.mp3")
    assert found is None
    assert "it has more than 1,000,000,000 bytes" in problem


def test_the_setting_turns_it_off(folder):
    """With `files = false`, no URL means a file, and none is recorded."""
    folder.collection = Collection(files=False)
    folder.write("posts/a.png", png())
    files = DocumentFiles(folder.files(), DOCUMENT)
    assert files.find_file("a.png") is None
    assert files.references() == ()


def test_references_are_recorded(folder):
    """Each URL that can mean a file once, also in vain; a link to a document is none."""
    folder.write("posts/b.svg", svg())
    files = DocumentFiles(folder.files(), DOCUMENT)
    for url in ("b.svg", "a.png", "plans.md", "https://town.example/a.png", "b.svg"):
        files.find_file(url)
    href = href_of(folder.find("b.svg")[0])
    assert files.references() == (FileReference("b.svg", href), FileReference("a.png", None))


@pytest.fixture
def stored(folder):
    """What the store has of a document with a picture, and with one that is missing."""
    folder.write("posts/a.png", png(1, 1))
    first = folder.files()
    document = DocumentFiles(first, DOCUMENT)
    document.find_file("a.png")
    document.find_file("/b.png")
    return StoredFiles(first.examined, {DOCUMENT: document.references()})


def test_nothing_has_changed(folder, stored):
    """A touched file has the same contents."""
    assert not folder.files(stored).has_changed(DOCUMENT)
    os.utime(folder.path / "posts" / "a.png", (1, 1))
    files = folder.files(stored)
    assert not files.has_changed(DOCUMENT)
    assert files.examined["posts/a.png"].modified_ns == 1_000_000_000
    assert not files.has_changed("other.md")


def test_a_file_of_the_same_time_is_not_read_again(folder, stored):
    """Its digest and sizes are those of the store."""
    examined = stored.files["posts/a.png"]
    other = replace(examined, file=replace(examined.file, width=77))
    files = folder.files(StoredFiles({"posts/a.png": other}, stored.references))
    assert files.find_file("a.png", DOCUMENT).width == 77


@pytest.mark.parametrize("path", ["posts/a.png", "b.png", "static/b.png"])
def test_a_file_has_changed_or_appeared(folder, stored, path):
    """Also if the file takes the place of another one, or of one that was missing."""
    folder.write(path, png(5, 5))
    assert folder.files(stored).has_changed(DOCUMENT)


def test_a_file_is_gone(folder, stored):
    """Then the document is rendered again."""
    (folder.path / "posts" / "a.png").unlink()
    assert folder.files(stored).has_changed(DOCUMENT)


NAMES = ("a.png", "secret.png")
PARTS = st.sampled_from(
    [
        *("..", "%2e%2e", ".", "", "%2f", "/", "%5c", "\\", "%00", "//"),
        *("posts", "img", "out", "loop", ".git", "_data", "private", "outside", "root"),
        *("a.png", "secret.png", "A.PNG", "?", "#", "@", "~", "é", "%C3%A9", "file:", "{static}"),
    ]
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder among files that are not to be served, with links to them."""
    top = tmp_path_factory.mktemp("hostile")
    folder = Folder(top / "root", exclude=("private",))
    for path in ("posts/a.png", "img/a.png", ".git/a.png", "_data/a.png", "private/a.png"):
        folder.write(path, png())
    for path in ("secret.png", "outside/a.png", "outside/secret.png", "a.png"):
        Folder(top).write(path, png(66, 66))
    (folder.path / "out").symlink_to("../outside")
    (folder.path / "img" / "secret.png").symlink_to("../../secret.png")
    (folder.path / "loop").symlink_to("loop")
    (folder.path / "posts" / "img").symlink_to("../img")
    return folder


@settings(max_examples=scale_examples(500))
@given(st.lists(PARTS, max_size=6), st.sampled_from(["", "/"]), st.sampled_from(sorted(KINDS)))
def test_nothing_from_outside_is_found(hostile, parts, separator, kind):
    """However a URL is made up, its file is one of those that may be served."""
    folder = Folder(hostile.path, exclude=("private",), kind=kind)
    for url in (separator.join(parts), *("/".join([*parts, name]) for name in NAMES)):
        file = folder.find(url)[0]
        assert file is None or (file.path in ("posts/a.png", "img/a.png") and file.width == 30)
