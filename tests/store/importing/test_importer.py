"""Imports: what goes in, what is told, what changes, and what must not."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys

import pytest

from newsgraph.store.documents.identity import key
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import content, dump, rows

HOME = "https://example.com/story"
GOOD = "---\ntitle: Good\n---\n"


def told(report):
    """Return path, place and code of what a report tells."""
    return [(one.path, one.line, one.column, one.code) for _, one in report.diagnostics]


def numbers(report):
    """Return the numbers of a report that are not 0."""
    names = ("created", "updated", "unchanged", "removed", "failed", "hidden")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def log(path, revision):
    """Return what a revision changed, as (entity, what, whether it went)."""
    known = dict(rows(path, "SELECT id, identity FROM document WHERE kind = 'Article'"))
    known |= dict(rows(path, "SELECT id, slug FROM topic UNION SELECT id, domain FROM provider"))
    found = rows(
        path,
        "SELECT entity, entity_id, deleted, revision FROM change ORDER BY revision, position",
    )
    found = [change for *change, at in found if at == revision]
    return {(entity, known.get(one, one), bool(deleted)) for entity, one, deleted in found}


def targets(path):
    """Return where each link leads, by article and position."""
    found = rows(
        path,
        "SELECT own.identity, link.position, target.identity FROM link"
        " JOIN document own ON own.id = link.article_id"
        " LEFT JOIN document target ON target.id = link.target_id",
    )
    return {(own, position): target for own, position, target in found}


def articles(path, column="title"):
    """Return a column of each article."""
    return dict(
        rows(path, f"SELECT identity, {column} FROM article JOIN document USING (id)")  # noqa: S608
    )


async def test_twice_changes_nothing(opened, archive, clock):
    """Every row of every table stays as it is, the revision included."""
    archive.write("a.md", webUrl=HOME, topics=["AI"], secured="x", quality="bad")
    archive.write("b.md", related=[{"title": "a", "webUrl": HOME}], published=False)
    archive.topic("t.yaml", "Artificial Intelligence", shortname="AI")
    archive.text("broken.md", "---\ntitle: [\n---\n")
    first = await opened.take(archive)
    before = dump(opened.path)
    clock.forward(days=1)
    again = await opened.take(archive)
    assert dump(opened.path) == before
    assert again.revision == first.revision == 1
    assert again.diagnostics == first.diagnostics
    assert numbers(first) == {"created": 3, "failed": 1, "hidden": 1}
    assert numbers(again) == {"unchanged": 3, "failed": 1, "hidden": 1}


async def test_an_empty_folder(opened, archive):
    """There is nothing, but the root is known, and so is its collection."""
    report = await opened.take(archive)
    assert (report.revision, numbers(report), report.has_errors) == (1, {}, False)
    assert (await opened.store.state()).collection == archive.collection
    assert (await opened.take(archive)).revision == 1


async def test_create_update_remove_rename(opened, archive, clock):
    """The report counts what became of each document, and the log tells it."""
    archive.write("stays.md")
    archive.write("changes.md")
    archive.write("goes.md")
    archive.write("moves.md", id="moved")
    await opened.take(archive)
    clock.forward(hours=1)
    archive.write("changes.md", title="Changed")
    archive.remove("goes.md")
    (archive.folder / "moves.md").rename(archive.folder / "anywhere.md")
    archive.write("new.md")
    report = await opened.take(archive)
    assert numbers(report) == {"created": 1, "updated": 2, "unchanged": 1, "removed": 1}
    assert log(opened.path, 2) == {
        ("Article", "changes", False),
        ("Article", "moved", False),
        ("Article", "new", False),
        ("Article", key("Article", "goes"), True),
    }
    assert articles(opened.path) == {
        "stays": "stays.md",
        "changes": "Changed",
        "moved": "moves.md",
        "new": "new.md",
    }
    assert articles(opened.path, "path")["moved"] == "anywhere.md"


async def test_what_a_moved_file_says_stays(opened, archive, clock):
    """All its rows do, and when it came in; the log tells that the file lies elsewhere.

    So does what only could have been read otherwise.
    """
    link = {"title": "link", "webUrl": HOME, "images": [{"url": "https://example.com/1.png"}]}
    archive.write("home.md", webUrl=HOME)
    fields = {"topics": ["A", "b"], "author": ["Ann", "Bob"], "related": [link, HOME]}
    fields |= {"provider": {"name": "One", "domain": "one.org"}, "images": [{"url": "/2.png"}]}
    archive.write("moves.md", id="moves", title="Moves", webUrl=f"{HOME}/2", quality=70, **fields)
    await opened.take(archive)
    before = dump(opened.path)
    clock.forward(days=1)
    (archive.folder / "moves.md").rename(archive.folder / "moved.md")
    assert numbers(await opened.take(archive)) == {"updated": 1, "unchanged": 1}
    after = dump(opened.path)
    changed = {table for table, held in after.items() if held != before[table]}
    # The diagnostics are of the file.
    assert changed == {"state", "change", "document", "diagnostic"}
    assert log(opened.path, 2) == {("Article", "moves", False)}
    archive.collection = type(archive.collection)(id="tests", serve_unpublished=True)
    assert numbers(await opened.take(archive)) == {"updated": 2}
    assert dump(opened.path)["link"] == before["link"]
    when = rows(opened.path, "SELECT path, revision, imported_at FROM document ORDER BY path")
    assert when == [(path, 1, "2024-01-01T00:00:00Z") for path in ("home.md", "moved.md")]


@pytest.mark.parametrize(
    ("fields", "moved", "collection"),
    [
        ({}, "2021-02-02-a.md", {}),
        ({"images": [{"url": "1.png"}]}, "2021-01-01-a.md", {"url": "https://site.example"}),
        (
            {"related": [{"title": "b", "webUrl": HOME, "images": [{"url": "1.png"}]}]},
            "2021-01-01-a.md",
            {"url": "https://site.example"},
        ),
        ({"author": "Ann"}, "2021-01-01-a.md", {"private_fields": ("author",)}),
        ({"topics": ["A"]}, "2021-01-01-a.md", {"private_fields": ("topics",)}),
    ],
)
async def test_the_same_bytes_say_something_else(
    opened, archive, clock, fresh, fields, moved, collection
):
    """By the name of their file, or by the collection's settings: that comes in anew."""
    archive.write("2021-01-01-a.md", id="a", title="A", **fields)
    archive.write("b.md", webUrl=HOME)
    await opened.take(archive)
    clock.forward(days=1)
    (archive.folder / "2021-01-01-a.md").rename(archive.folder / moved)
    archive.collection = type(archive.collection)(id="tests", **collection)
    await opened.take(archive)
    assert articles(opened.path, "revision") == {"a": 2, "b": 1}
    assert content(opened.path) == content(await fresh(archive))


async def test_renamed_without_an_id(opened, archive):
    """A document without an id is its path: another path is another document."""
    archive.write("a.md", title="One")
    await opened.take(archive)
    (archive.folder / "a.md").rename(archive.folder / "b.md")
    assert numbers(await opened.take(archive)) == {"created": 1, "removed": 1}
    assert log(opened.path, 2) == {
        ("Article", "b", False),
        ("Article", key("Article", "a"), True),
    }


@pytest.mark.slow
async def test_files_swap_their_documents(opened, archive, fresh):
    """Ids may go round in a circle between files, and through new ones."""
    for name in "abc":
        archive.write(f"{name}.md", id=f"id-{name}", webUrl=f"{HOME}/{name}")
    await opened.take(archive)
    for file, name in zip("abc", "bca", strict=True):
        archive.write(f"{file}.md", id=f"id-{name}", webUrl=f"{HOME}/{file}")
    assert numbers(await opened.take(archive)) == {"updated": 3}
    archive.write("a.md", id="id-new")
    archive.write("d.md", id="id-b")
    assert numbers(await opened.take(archive)) == {"created": 1, "updated": 1, "unchanged": 2}
    assert content(opened.path) == content(await fresh(archive))


@pytest.mark.slow
async def test_a_file_changes_its_kind(opened, archive, fresh):
    """A file may be an article today, a topic tomorrow, and a publisher then."""
    archive.write("a.md", topics=["a"])
    archive.write("b.md", topics=["a"])
    await opened.take(archive)
    archive.text("a.md", "---\ntaxonomy: topic\nname: A\n---\n")
    assert numbers(await opened.take(archive)) == {"created": 1, "removed": 1, "unchanged": 1}
    archive.text("a.md", "---\ntaxonomy: organization\nname: A\ndomain: a.org\n---\n")
    await opened.take(archive)
    assert content(opened.path) == content(await fresh(archive))
    assert rows(opened.path, "SELECT kind FROM document ORDER BY kind") == [
        ("Article",),
        ("OrganizationEntry",),
    ]


FILE_ERRORS = [
    (b"No front matter.", (1, 1, "no-front-matter")),
    (b"---\ntitle: never closed\n", (1, 1, "unclosed-front-matter")),
    (b"---\ntitle: a\nexcerpt: {\n---\n", (4, 1, "broken-yaml")),
    (b"---\n- a\n- b\n---\n", (2, 1, "not-a-mapping")),
    (b"---\nexcerpt: no title\n---\n", (2, 1, "missing-title")),
    (b"---\ntitle: one\nexcerpt: caf\xe9\n---\n", (3, 13, "not-utf8")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("data", "place"), FILE_ERRORS, ids=[one[1][2] for one in FILE_ERRORS])
async def test_a_broken_file(opened, archive, fresh, data, place):
    """It is told with its place; the rest goes in; its last good version stays till then."""
    archive.write("fine.md")
    archive.text("bad.md", data)
    report = await opened.take(archive)
    line, column, code = place
    ((folder, one),) = report.diagnostics
    assert folder == archive.folder
    assert (one.path, one.code, one.severity) == ("bad.md", code, "error")
    assert one.line == line
    assert one.column is not None
    assert code != "not-utf8" or one.column == column
    assert one.message
    assert one.advice
    assert report.has_errors
    assert numbers(report) == {"created": 1, "failed": 1}

    archive.text("bad.md", GOOD)
    assert told(await opened.take(archive)) == []
    archive.text("bad.md", data)
    again = await opened.take(archive)
    assert numbers(again) == {"unchanged": 1, "failed": 1}
    assert told(again) == told(report)
    assert articles(opened.path)["bad"] == "Good"

    archive.text("bad.md", GOOD)
    mended = await opened.take(archive)
    assert told(mended) == []
    assert numbers(mended) == {"unchanged": 2}
    assert content(opened.path) == content(await fresh(archive))

    archive.text("bad.md", data)
    await opened.take(archive)
    archive.remove("bad.md")
    assert numbers(await opened.take(archive)) == {"unchanged": 1, "removed": 1}
    assert content(opened.path) == content(await fresh(archive))


async def test_warnings_come_back_with_their_version(opened, archive, fresh):
    """What a broken version is told of is forgotten, what the good one was told of is not."""
    archive.write("a.md", quality="seventy")
    first = await opened.take(archive)
    assert [code for *_, code in told(first)] == ["wrong-type"]
    archive.text("a.md", "---\ntitle: [\n---\n")
    assert [code for *_, code in told(await opened.take(archive))] == ["broken-yaml"]
    archive.write("a.md", quality="seventy")
    assert told(await opened.take(archive)) == told(first)
    assert content(opened.path) == content(await fresh(archive))


async def test_a_missing_folder(opened, archive, another):
    """It is told and counted as an error; what was imported from it stays, warnings included."""
    archive.write("a.md", quality="seventy")
    before = await opened.take(archive)
    archive.folder.rename(archive.folder.with_name("away"))
    report = await opened.take(archive)
    assert [code for *_, code in told(report)] == ["missing-folder", "wrong-type"]
    assert report.has_errors
    assert numbers(report) == {}
    assert articles(opened.path) == {"a": "a.md"}
    archive.folder.with_name("away").rename(archive.folder)
    assert told(await opened.take(archive)) == told(before)

    never = another("never")
    never.folder.rmdir()
    revision = (await opened.store.state()).revision
    report = await opened.take(never)
    assert told(report) == [("", None, None, "missing-folder")]
    assert report.revision == revision
    assert rows(opened.path, "SELECT count(*) FROM root") == [(1,)]


async def test_a_root_that_is_a_file(opened, tmp_path, another):
    """A file in the place of a folder is told, as is a path that no system takes."""
    (tmp_path / "file").write_text("")
    archive = another("other")
    archive.folder = tmp_path / "file"
    ((_, one),) = (await opened.take(archive)).diagnostics
    assert one.code == "missing-folder"
    assert f"{tmp_path}/file is not a folder" in one.message
    archive.folder = tmp_path / ("x" * 300)
    assert [code for *_, code in told(await opened.take(archive))] == ["missing-folder"]


@pytest.mark.parametrize(
    "target", ["nowhere", "/proc/self/mem", "/dev/zero", "loop.md", "x" * 300, "pipe"]
)
async def test_an_unreadable_file(opened, archive, target):
    """Whatever stands behind a name: it is told, its last version stays, and nothing hangs."""
    archive.text("loop.md", GOOD)
    archive.write("fine.md")
    await opened.take(archive)
    archive.remove("loop.md")
    if target == "pipe":
        os.mkfifo(archive.folder / "loop.md")
    else:
        (archive.folder / "loop.md").symlink_to(target)
    report = await opened.take(archive)
    assert told(report) == [("loop.md", None, None, "unreadable-file")]
    assert numbers(report) == {"unchanged": 1, "failed": 1}
    archive.remove("loop.md")
    archive.text("loop.md", GOOD)
    assert told(await opened.take(archive)) == []


async def test_a_file_goes_while_it_is_imported(opened, archive):
    """Between the listing and the reading a file can go; the next import finds it gone."""
    archive.write("a.md")
    archive.write("b.md")
    await opened.take(archive)

    def progress(done, _of):
        if done == 1:
            archive.remove("b.md")

    report = await opened.store.import_roots([archive.root], progress)
    assert told(report) == [("b.md", None, None, "unreadable-file")]
    assert set(articles(opened.path)) == {"a", "b"}
    assert numbers(await opened.take(archive)) == {"unchanged": 1, "removed": 1}


async def test_a_folder_that_cannot_be_listed(opened, archive):
    """What was imported from below it stays, and comes to no harm when it is back."""
    archive.write("sub-folder/a.md", quality="seventy")
    archive.write("b.md")
    before = await opened.take(archive)
    # Moved so deep that the folder's own path is as long as may be, its folders' are too long.
    home, longest = archive.folder, os.pathconf("/", "PC_PATH_MAX") - len("/sub-folder")
    deep = home.with_name("deep")
    deep.mkdir()
    while len(str(deep)) < longest:
        deep /= "x" * max(1, min(200, longest - len(str(deep)) - 1))
        deep.mkdir()
    archive.folder = home.rename(deep)
    report = await opened.take(archive)
    assert told(report) == [
        ("sub-folder", None, None, "unreadable-folder"),
        *told(before),
    ]
    assert numbers(report) == {"unchanged": 1}
    assert set(articles(opened.path)) == {"sub-folder/a", "b"}
    archive.folder = deep.rename(home)
    report = await opened.take(archive)
    assert told(report) == told(before)
    assert numbers(report) == {"unchanged": 2}


async def test_progress(opened, archive):
    """One is told of each file, from the first to the last."""
    for name in "abc":
        archive.write(f"{name}.md")
    steps = []
    await opened.store.import_roots([archive.root], lambda *step: steps.append(step))
    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.slow
async def test_duplicate_ids(opened, archive, fresh):
    """The first path counts; when it goes, the second comes in."""
    archive.write("b.md", id="same", title="Second")
    archive.write("a.md", id="same", title="First")
    report = await opened.take(archive)
    assert told(report) == [("b.md", None, None, "duplicate-id")]
    assert "a.md" in report.diagnostics[0][1].message
    assert numbers(report) == {"created": 1, "failed": 1}
    assert articles(opened.path) == {"same": "First"}
    archive.remove("a.md")
    assert numbers(await opened.take(archive)) == {"updated": 1}
    assert articles(opened.path) == {"same": "Second"}
    assert content(opened.path) == content(await fresh(archive))
    # A new file that comes first takes over.
    archive.write("a.md", id="same", title="Third")
    report = await opened.take(archive)
    assert told(report) == [("b.md", None, None, "duplicate-id")]
    assert articles(opened.path) == {"same": "Third"}
    assert content(opened.path) == content(await fresh(archive))


async def test_duplicate_ids_between_roots(opened, archive, another):
    """Roots count in the order they are given; one that is not imported now has come first."""
    other = another("other", id="other")
    archive.write("z.md", id="same", title="First")
    other.write("a.md", id="same", title="Second")
    report = await opened.take(archive, other)
    assert told(report) == [("a.md", None, None, "duplicate-id")]
    assert report.diagnostics[0][0] == other.folder
    report = await opened.take(other)
    assert told(report) == [("a.md", None, None, "duplicate-id")]
    assert str(archive.folder) in report.diagnostics[0][1].message
    assert articles(opened.path) == {"same": "First"}


async def test_what_is_readable_comes_before_what_was(opened, archive, fresh):
    """A broken file keeps its last version only as long as no other file is that document."""
    archive.write("a.md", id="one", title="Old")
    await opened.take(archive)
    archive.text("a.md", "---\ntitle: [\n---\n")
    archive.write("b.md", id="one", title="New")
    report = await opened.take(archive)
    assert [(path, code) for path, *_, code in told(report)] == [("a.md", "broken-yaml")]
    assert articles(opened.path) == {"one": "New"}
    assert content(opened.path) == content(await fresh(archive))


@pytest.mark.slow
async def test_a_duplicate_keeps_its_last_version(opened, archive, fresh):
    """A file whose new id is taken stays what it was, and says so till it is mended."""
    archive.write("a.md", id="one", heat="warm")
    archive.write("b.md", id="two", quality="high")
    await opened.take(archive)
    archive.write("b.md", id="one")
    report = await opened.take(archive)
    assert ("b.md", None, None, "duplicate-id") in told(report)
    assert articles(opened.path) == {"one": "a.md", "two": "b.md"}
    archive.write("b.md", id="two", quality="high")
    assert [code for *_, code in told(await opened.take(archive))] == ["wrong-type", "wrong-type"]
    assert content(opened.path) == content(await fresh(archive))


async def test_two_ids_with_one_slug(opened, archive):
    """An id can be what another one's slug is; that must not stop the import."""
    archive.write("a.md", id="a b")
    archive.write("b.md", id="a-b-c8687a08")
    archive.write("c.md")
    report = await opened.take(archive)
    assert told(report) == [("b.md", None, None, "duplicate-id")]
    assert set(articles(opened.path)) == {"a b", "c"}


async def test_other_roots_are_left_alone(opened, archive, another):
    """What is gone from one folder is removed, what another folder has is not."""
    other = another("other", id="other")
    archive.write("a.md", quality="x")
    other.write("b.md", quality="x")
    await opened.take(archive, other)
    archive.remove("a.md")
    other.remove("b.md")
    assert numbers(await opened.take(archive)) == {"removed": 1}
    assert articles(opened.path) == {"b": "b.md"}
    told_of = rows(opened.path, "SELECT path, code FROM diagnostic")
    assert told_of == [("b.md", "wrong-type")]


async def test_a_folder_with_an_id_moves(opened, archive):
    """Its documents are known by the id: nothing changes but where they are."""
    archive.write("a.md")
    await opened.take(archive)
    archive.folder = archive.folder.rename(archive.folder.with_name("elsewhere"))
    report = await opened.take(archive)
    assert numbers(report) == {"unchanged": 1}
    assert rows(opened.path, "SELECT folder FROM root") == [(str(archive.folder),)]
    assert log(opened.path, report.revision) == set()


async def test_a_folder_without_an_id_moves(opened, another, clock):
    """It is another root, which takes over the documents; the old one is forgotten."""
    archive = another("here", title="Old title")
    archive.write("a.md")
    archive.write("b.md")
    await opened.take(archive)
    clock.forward(days=1)
    shutil.move(archive.folder, archive.folder.with_name("there"))
    moved = another("there", title="New title")
    report = await opened.take(moved)
    assert numbers(report) == {"updated": 2}
    assert told(report) == []
    assert rows(opened.path, "SELECT folder FROM root") == [(str(moved.folder),)]
    assert (await opened.store.state()).collection.title == "New title"
    # The files did not change.
    assert {time[:10] for time in articles(opened.path, "updated_at").values()} == {"2024-01-01"}


async def test_a_moved_folder_that_lost_a_document(opened, another):
    """What only the old folder had stays with it: it may be unplugged, not gone."""
    archive = another("here")
    archive.write("a.md")
    archive.write("b.md")
    await opened.take(archive)
    shutil.move(archive.folder, archive.folder.with_name("there"))
    moved = another("there")
    moved.remove("b.md")
    assert numbers(await opened.take(moved)) == {"updated": 1}
    assert set(articles(opened.path)) == {"a", "b"}
    assert rows(opened.path, "SELECT count(*) FROM root") == [(2,)]


async def test_the_first_root_names_the_site(opened, another):
    """Roots keep their places, whatever order they are imported in later."""
    roots = [another(name, id=name, title=name) for name in ("one", "two", "three")]
    for root in roots:
        await opened.take(root)
    await opened.take(*reversed(roots))
    assert (await opened.store.state()).collection.title == "one"
    assert rows(opened.path, "SELECT name FROM root ORDER BY position") == [
        ("one",),
        ("two",),
        ("three",),
    ]


@pytest.mark.slow
async def test_unpublished(opened, archive, fresh):
    """Hidden documents leave no trace but their document, and are no link's target."""
    archive.write("shown.md", related=[{"title": "x", "webUrl": HOME}], topics=["a"])
    archive.write(
        "hidden.md", webUrl=HOME, published=False, topics=["b"], provider={"domain": "b.org"}
    )
    archive.write("draft.md", draft=True)
    report = await opened.take(archive)
    assert numbers(report) == {"created": 3, "hidden": 2}
    assert set(articles(opened.path)) == {"shown"}
    assert rows(opened.path, "SELECT slug FROM topic") == [("a",)]
    assert rows(opened.path, "SELECT domain FROM provider WHERE domain = 'b.org'") == []
    assert targets(opened.path) == {("shown", 0): None}
    state = await opened.store.state()
    assert (state.article_count, state.hidden_count) == (1, 2)

    # The same files, and another word in newsgraph.toml.
    archive.collection = type(archive.collection)(id="tests", serve_unpublished=True)
    report = await opened.take(archive)
    assert numbers(report) == {"updated": 3}
    assert log(opened.path, 2) >= {("Article", one, False) for one in ("shown", "hidden", "draft")}
    assert targets(opened.path) == {("shown", 0): "hidden"}
    assert content(opened.path) == content(await fresh(archive))
    assert rows(opened.path, "SELECT published FROM article WHERE slug = 'hidden'") == [(0,)]

    archive.collection = type(archive.collection)(id="tests")
    report = await opened.take(archive)
    assert numbers(report) == {"updated": 3, "hidden": 2}
    assert {("Article", one, True) for one in ("hidden", "draft")} <= log(opened.path, 3)
    assert content(opened.path) == content(await fresh(archive))


async def test_hiding_one_changes_who_links_to_it(opened, archive):
    """A document that becomes hidden is a deletion, and its links' sources are changed."""
    archive.write("a.md", related=[{"title": "x", "webUrl": HOME}])
    archive.write("b.md", webUrl=HOME)
    await opened.take(archive)
    archive.write("b.md", webUrl=HOME, published=False)
    await opened.take(archive)
    assert log(opened.path, 2) == {("Article", "a", False), ("Article", "b", True)} | {
        ("Provider", "example.com", False)
    }


async def test_private_fields(opened, archive):
    """Private front matter is kept in one column, and is nowhere else in the file."""
    archive.write("a.md", secured="U2FsdGVkX19", own={"deep": "U2FsdGVkX20"}, unknown=[1, None])
    archive.collection = type(archive.collection)(id="tests", private_fields=("secured", "own"))
    await opened.take(archive)
    ((public, private),) = rows(opened.path, "SELECT front_matter, private FROM document")
    assert json.loads(public) == {"title": "a.md", "unknown": [1, None]}
    assert json.loads(private) == {"secured": "U2FsdGVkX19", "own": {"deep": "U2FsdGVkX20"}}
    found = dump(opened.path)
    for row in found["document"]:
        del row["private"]
    assert "U2FsdGVkX" not in repr(found)


LINKED = [
    ({"webUrl": HOME}, {"webUrl": "http://www.Example.com/story/?utm_source=x#top"}),
    ({"originalUrl": HOME}, {"webUrl": HOME}),
    ({"ampWebUrl": HOME}, {"webUrl": HOME}),
    ({"webUrl": HOME}, {"originalUrl": "https://example.com:443/story?fbclid=1"}),
    ({"webUrl": HOME}, {"webUrl": "https://nobody.org", "ampWebUrl": "https://EXAMPLE.com/story"}),
    (
        {"webUrl": "https://example.com/b%7Ec?b=1&a=2"},
        {"webUrl": "http://example.com/b~c/?a=2&b=1"},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("to", "link"), LINKED)
@pytest.mark.parametrize("first", ["target", "source", "both"])
async def test_links(opened, archive, fresh, to, link, first):
    """A link finds the article with its address, whichever came first."""

    async def write(what):
        if what == "target":
            archive.write("target.md", **to)
        else:
            archive.write("source.md", related=[{"title": "x"} | link])
        if first != "both":
            await opened.take(archive)

    await write("target" if first == "target" else "source")
    await write("source" if first == "target" else "target")
    report = await opened.take(archive)
    assert targets(opened.path) == {("source", 0): "target"}
    if first != "both":
        assert report.revision == 2
        assert ("Article", "source", False) in log(opened.path, 2)
    assert content(opened.path) == content(await fresh(archive))
    archive.remove("target.md")
    await opened.take(archive)
    assert targets(opened.path) == {("source", 0): None}
    assert ("Article", "source", False) in log(opened.path, 2 + (first != "both"))
    assert content(opened.path) == content(await fresh(archive))


async def test_links_that_lead_nowhere(opened, archive):
    """Of links to the article itself, to no address, and to none that is known."""
    archive.write("a.md", webUrl=HOME, related=[HOME, {"title": "no address"}, f"{HOME}/other"])
    await opened.take(archive)
    assert targets(opened.path) == {("a", 0): "a", ("a", 1): None, ("a", 2): None}


@pytest.mark.slow
async def test_the_newest_has_the_address(opened, archive, fresh):
    """Links turn to a newer article with the same address, and back when it goes."""
    archive.write("source.md", related=[HOME])
    archive.write("old.md", webUrl=HOME, date="2021-01-01")
    await opened.take(archive)
    archive.write("new.md", webUrl=f"{HOME}?utm_source=x", date="2022-01-01")
    report = await opened.take(archive)
    assert targets(opened.path) == {("source", 0): "new"}
    assert log(opened.path, 2) >= {("Article", "source", False), ("Article", "new", False)}
    assert told(report) == [("old.md", None, None, "same-url")]
    assert content(opened.path) == content(await fresh(archive))
    # A date alone decides too, and one that is not known is the oldest.
    archive.write("new.md", webUrl=HOME)
    report = await opened.take(archive)
    assert targets(opened.path) == {("source", 0): "old"}
    assert told(report) == [("new.md", None, None, "same-url")]
    archive.remove("old.md")
    report = await opened.take(archive)
    assert targets(opened.path) == {("source", 0): "new"}
    assert told(report) == []
    assert content(opened.path) == content(await fresh(archive))


async def test_the_smaller_key_of_equal_dates(opened, archive):
    """Between articles of one time the smaller key wins, in links as in the warning."""
    archive.write("source.md", related=[HOME])
    for name in "abc":
        archive.write(f"{name}.md", webUrl=HOME, date="2021-01-01")
    report = await opened.take(archive)
    winner = min("abc", key=lambda name: key("Article", name))
    assert targets(opened.path) == {("source", 0): winner}
    assert {path for path, *_ in told(report)} == {f"{name}.md" for name in "abc"} - {
        f"{winner}.md"
    }


async def test_an_address_that_two_roots_share(opened, archive, another, fresh):
    """Each root is told of its own, whichever was imported last."""
    other = another("other", id="other")
    archive.write("a.md", webUrl=HOME, date="2021-01-01", id="mine")
    other.write("a.md", webUrl=HOME, date="2022-01-01", id="theirs")
    await opened.take(archive)
    await opened.take(other)
    assert told(await opened.take(archive)) == [("a.md", None, None, "same-url")]
    assert content(opened.path) == content(await fresh(archive, other))
    other.remove("a.md")
    await opened.take(other)
    assert told(await opened.take(archive)) == []


@pytest.mark.slow
async def test_the_taxonomy(opened, archive, another, fresh):
    """Topics and publishers are called the same, whether their files come first or last."""
    taxonomy = another("taxonomy", id="taxonomy", url="https://site.example/data/")
    archive.write("a.md", topics=["CDS", "AI", "Computational Data Science"])
    archive.write("b.md", topics=["cds"], provider="The Example", related=[{"title": "x"}])
    archive.write("c.md", provider={"name": "Exemple", "domain": "www.example.com"})
    archive.write(
        "d.md",
        provider={"domain": "example.com", "images": [{"url": "https://example.com/d.png"}]},
        related=[{"title": "y", "provider": {"name": "example inc"}, "webUrl": "https://z.org"}],
    )
    await opened.take(archive, taxonomy)
    assert dict(rows(opened.path, "SELECT slug, article_count FROM topic")) == {
        "cds": 2,
        "ai": 1,
        "computational-data-science": 1,
    }
    pictures = "SELECT url FROM provider_image"
    assert rows(opened.path, pictures) == [("https://example.com/d.png",)]

    async def same():
        assert content(opened.path) == content(await fresh(archive, taxonomy))
        return log(opened.path, (await opened.store.state()).revision)

    taxonomy.topic("cds.yaml", "Computational Data Science", shortname="CDS", parent="Science")
    taxonomy.topic("s.yaml", "Science", description="All of it.", keywords=["what", "why"])
    await opened.take(taxonomy)
    assert await same() >= {("Article", "a", False), ("Article", "b", False)}
    found = "SELECT slug, name, shortname, article_count FROM topic ORDER BY slug"
    assert rows(opened.path, found) == [
        ("ai", "AI", None, 1),
        ("computational-data-science", "Computational Data Science", "CDS", 2),
        ("science", "Science", None, 0),
    ]
    parents = "SELECT own.slug FROM topic own JOIN topic up ON up.id = own.parent_id"
    assert rows(opened.path, parents) == [("computational-data-science",)]

    taxonomy.organization(
        "org.yaml",
        "The Example Company",
        "example.com",
        otherNames=["The Example", "Example Inc"],
        images=["logo.png"],
        description="Examples.",
    )
    report = await opened.take(taxonomy)
    assert numbers(report) == {"created": 1, "unchanged": 2}
    assert await same() >= {("Article", "b", False), ("Article", "d", False)}
    found = "SELECT domain, name, description, article_count FROM provider"
    assert rows(opened.path, found) == [
        ("example.com", "The Example Company", "Examples.", 3),
    ]
    assert rows(opened.path, pictures) == [("https://site.example/data/logo.png",)]

    taxonomy.topic("cds.yaml", "Big Data", shortname="CDS")
    await opened.take(taxonomy)
    assert ("Article", "a", False) in await same()
    taxonomy.organization("org.yaml", "Example", "example.com")
    await opened.take(taxonomy)
    assert {("Article", "b", False), ("Provider", "example.com", False)} <= await same()
    for file in ("cds.yaml", "s.yaml", "org.yaml"):
        taxonomy.remove(file)
    assert numbers(await opened.take(taxonomy)) == {"removed": 3}
    await same()
    assert rows(opened.path, pictures) == [("https://example.com/d.png",)]
    assert rows(opened.path, "SELECT slug FROM topic ORDER BY slug") == [
        ("ai",),
        ("cds",),
        ("computational-data-science",),
    ]


async def test_parents_in_a_circle(opened, archive):
    """Topics whose parents go round in a circle have none, those below it have theirs."""
    archive.topic("a.yaml", "A", parent="B")
    archive.topic("b.yaml", "B", parent="A")
    archive.topic("c.yaml", "C", parent="C")
    archive.topic("d.yaml", "D", parent="Nobody Knows")
    await opened.take(archive)
    found = "SELECT own.slug, up.slug FROM topic own LEFT JOIN topic up ON up.id = own.parent_id"
    assert dict(rows(opened.path, found)) == {
        "a": None,
        "b": None,
        "c": None,
        "d": "nobody-knows",
        "nobody-knows": None,
    }
    assert dict(rows(opened.path, "SELECT slug, name FROM topic"))["nobody-knows"] == "Nobody Knows"


async def test_when_it_was_updated(opened, archive, clock):
    """Its own date; else when it was published, and then the time of the import that changed it."""
    archive.write("own.md", updated="2020-05-05", date="2020-01-01")
    archive.write("dated.md", date="2020-01-01")
    archive.write("undated.md")
    await opened.take(archive)
    assert articles(opened.path, "updated_at") == {
        "own": "2020-05-05T00:00:00Z",
        "dated": "2020-01-01T00:00:00Z",
        "undated": "2024-01-01T00:00:00Z",
    }
    clock.forward(days=1)
    archive.write("own.md", updated="2020-06-06", date="2020-01-01")
    archive.write("dated.md", date="2020-01-01", excerpt="more")
    await opened.take(archive)
    after = {
        "own": "2020-06-06T00:00:00Z",
        "dated": "2024-01-02T00:00:00Z",
        "undated": "2024-01-01T00:00:00Z",
    }
    assert articles(opened.path, "updated_at") == after
    # What only reads them otherwise does not update them.
    clock.forward(days=1)
    archive.collection = type(archive.collection)(id="tests", url="https://site.example")
    assert numbers(await opened.take(archive)) == {"updated": 3}
    assert articles(opened.path, "updated_at") == after


async def test_relative_pictures(opened, archive):
    """They resolve against the site; without one they stay, and are told."""
    archive.write("a.md", images=["pictures/a.png", "https://example.com/b.png"])
    report = await opened.take(archive)
    assert [code for *_, code in told(report)] == ["relative-url"]
    addresses = "SELECT url FROM article_image ORDER BY position"
    assert rows(opened.path, addresses) == [("pictures/a.png",), ("https://example.com/b.png",)]
    assert told(await opened.take(archive)) == told(report)
    archive.collection = type(archive.collection)(id="tests", url="https://site.example/")
    assert told(await opened.take(archive)) == []
    assert rows(opened.path, addresses)[0] == ("https://site.example/pictures/a.png",)


async def test_revisions_and_times(opened, archive, clock):
    """Each revision is one more and later by a second at least, wherever the clock goes."""
    times = []
    for step in range(4):
        archive.write("a.md", excerpt=str(step))
        report = await opened.take(archive)
        state = await opened.store.state()
        assert report.revision == state.revision == step + 1
        times.append(state.imported_at)
        clock.forward(milliseconds=300 if step < 2 else -86_400_000)
    assert times == [f"2024-01-01T00:00:0{second}Z" for second in range(4)]
    ((imported, revision),) = rows(opened.path, "SELECT imported_at, revision FROM document")
    assert (imported, revision) == (times[-1], 4)


async def test_the_log_counts_positions(opened, archive):
    """A thing is in the log once, where it changed last; positions follow each other."""
    for number in range(7):
        archive.write(f"{number}.md", topics=[f"t{number % 3}"], provider=f"https://{number}.org")
    await opened.take(archive)
    archive.remove("1.md")
    await opened.take(archive)
    for revision in (1, 2):
        found = rows(
            opened.path,
            "SELECT position, entity, entity_id, revision FROM change ORDER BY revision, position",
        )
        assert len({(entity, key) for _, entity, key, _ in found}) == len(found) == 7 + 7 + 3
        positions = [position for position, _, _, at in found if at == revision]
        assert positions == sorted(set(positions))
        assert revision == 1 or positions == list(range(3))


@pytest.mark.slow
async def test_many_documents(opened, archive):
    """More documents than one IN takes are created, changed and removed alike."""
    for number in range(1100):
        archive.write(f"{number}.md", topics=["a"])
    await opened.take(archive)
    for number in range(1100):
        archive.write(f"{number}.md", topics=["b"])
    assert numbers(await opened.take(archive)) == {"updated": 1100}
    shutil.rmtree(archive.folder)
    archive.folder.mkdir()
    assert numbers(await opened.take(archive)) == {"removed": 1100}
    assert rows(opened.path, "SELECT count(*) FROM topic") == [(0,)]


async def test_two_imports_side_by_side(opened, tmp_path):
    """Two tasks that import at once both get their documents in."""
    one, two = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    two.collection = type(two.collection)(id="two")
    for number in range(20):
        one.write(f"one-{number}.md")
        two.write(f"two-{number}.md")
    reports = await asyncio.gather(opened.take(one), opened.take(two))
    assert {numbers(report)["created"] for report in reports} == {20}
    assert (await opened.store.state()).revision == 2
    assert len(articles(opened.path)) == 40


@pytest.mark.process
async def test_two_processes_import(opened, archive, fresh):
    """Two processes that import the same folder make one revision and one set of rows."""
    for number in range(60):
        archive.write(f"{number}.md", topics=["a"], body="words " * 200)
    command = (sys.executable, "-m", "tests.store.killable", opened.path, archive.folder)
    both = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await process.wait() for process in both] == [0, 0]
    assert rows(opened.path, "SELECT revision FROM state") == [(1,)]
    assert content(opened.path) == content(await fresh(archive))


async def test_the_clock_of_the_process(opened, archive):
    """Without another clock, imports tell the process's own time, in UTC."""
    archive.write("a.md")
    report = await Store(opened.database, SITE).import_roots([archive.root])
    assert report.revision == 1
    assert (await opened.store.state()).imported_at > "2025"
    assert Clock().now.year == 2024
