"""Folders as people give them: twice, with one id, with drafts and private words."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection import Collection, Root
from newsgraph.store.errors import RootsCollide
from tests.store.archive import Archive
from tests.store.dump import rows


async def test_a_folder_given_twice_is_one(opened, archive):
    """Whatever way a folder is written, its documents are not their own duplicates."""
    archive.write("a.md", title="A")
    link = archive.folder.with_name("link")
    link.symlink_to(archive.folder)
    again = Root(link, archive.collection)
    report = await opened.store.import_roots([archive.root, again, archive.root])
    assert (report.created, report.failed, report.diagnostics) == (1, 0, [])


async def test_two_folders_with_one_id(opened, tmp_path):
    """Neither is left out in silence."""
    one, two = (Archive(tmp_path / name, Collection(id="same")) for name in ("one", "two"))
    for archive in (one, two):
        archive.write("a.md", title="A")
    with pytest.raises(RootsCollide, match=r"one and .*two both have the id 'same'"):
        await opened.store.import_roots([one.root, two.root])


async def test_the_owner_of_an_id_is_told_with_its_folder(opened, tmp_path):
    """A file of the same path in another folder is not taken for the file itself."""
    one, two = (Archive(tmp_path / name, Collection()) for name in ("one", "two"))
    for archive in (one, two):
        archive.write("a.md", title="A")
    report = await opened.store.import_roots([one.root, two.root])
    ((folder, diagnostic),) = report.diagnostics
    assert folder == two.folder
    assert diagnostic.message == f"The id 'a' is taken by a.md in {one.folder.resolve()}."
    revision = report.revision
    again = await opened.store.import_roots([two.root])
    assert (again.revision, again.failed) == (revision, 1)


async def test_drafts_as_jekyll_has_them(opened, archive):
    """What lies in `_drafts` is not shown, whatever it says."""
    archive.write("_drafts/a.md", title="A", published=True)
    archive.write("_drafts/sub/b.md", title="B")
    archive.write("_posts/c.md", title="C")
    report = await opened.store.import_roots([archive.root])
    assert (report.created, report.hidden) == (3, 2)
    assert rows(opened.path, "SELECT title FROM article") == [("C",)]


async def test_nothing_is_made_of_private_fields(opened, tmp_path):
    """A private author is in no table but the one that keeps what is private."""
    archive = Archive(tmp_path / "own", Collection(private_fields=("author", "tags")))
    archive.write("a.md", title="A", author="Ann", tags="x y", category="news")
    await opened.store.import_roots([archive.root])
    assert rows(opened.path, "SELECT count(*) FROM article_author") == [(0,)]
    assert rows(opened.path, "SELECT count(*) FROM topic") == [(0,)]
    ((shown, private),) = rows(opened.path, "SELECT front_matter, private FROM document")
    assert "Ann" not in shown
    assert "Ann" in private


async def test_a_provider_told_by_its_address(opened, archive):
    """An address is no name."""
    archive.write("a.md", title="A", provider="https://WWW.Example.com/about")
    await opened.store.import_roots([archive.root])
    assert rows(opened.path, "SELECT domain, name FROM provider") == [
        ("example.com", "example.com")
    ]
