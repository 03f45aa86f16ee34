"""Whatever becomes of a folder, the store is what a fresh import of it would be."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database.sqlite import SqliteDatabase
from store.documents.collection import Collection
from store.store import Store
from tests.store.archive import SITE, Archive, Clock, data, document
from tests.store.dump import content, dump, rows

EXAMPLES = int(os.environ.get("HISTORIES", "20"))
"""``HISTORIES=1000 pytest tests/store/test_any_history.py`` looks longer."""

PATHS = ("a.md", "b.md", "c.markdown", "sub/a.md", "sub/2021-03-12-d.md", "t.yaml", "o.yaml")
URLS = st.sampled_from(
    (
        "https://one.org/story",
        "http://www.one.org/story/?utm_source=x",
        "https://two.org/story",
        "https://two.org/other#part",
        "https://three.org",
    )
)
NAMES = st.sampled_from(("CDS", "cds", "Data Science", "AI", "A.I.", "Artificial Intelligence"))
DATES = st.sampled_from(("2021-01-01", "2021-01-01T00:00:00Z", "2022-05-05 12:00", "never"))
IMAGES = st.lists(
    st.fixed_dictionaries(
        {"url": st.sampled_from(("https://one.org/1.png", "2.png"))},
        optional={"width": st.just(10), "isCached": st.booleans()},
    ),
    max_size=2,
)
PROVIDERS = st.one_of(
    st.sampled_from(("One", "Two Ltd", "Unheard-of")),
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(("One", "ONE", "Two Ltd")),
            "domain": st.sampled_from(("one.org", "www.two.org", "four.org")),
            "images": IMAGES,
        },
    ),
)
STORY = {
    "webUrl": URLS,
    "originalUrl": URLS,
    "ampUrl": URLS,
    "date": DATES,
    "provider": PROVIDERS,
    "images": IMAGES,
    "quality": st.sampled_from((70, "high")),
}
LINKS = st.fixed_dictionaries({"title": st.just("link")}, optional=STORY)
ARTICLES = st.fixed_dictionaries(
    {"title": st.sampled_from(("One", "Two", "Three"))},
    optional=STORY
    | {
        "id": st.sampled_from(("a", "x", "sub/a", "a b")),
        "topics": st.lists(NAMES, max_size=3),
        "related": st.lists(st.one_of(URLS, LINKS), max_size=3),
        "published": st.booleans(),
        "author": st.sampled_from(("Ann", "Bob")),
        "secured": st.just("private"),
    },
)
TOPICS = st.fixed_dictionaries(
    {"taxonomy": st.just("topic"), "name": NAMES},
    optional={
        "_id": NAMES,
        "shortname": NAMES,
        "parent": NAMES,
        "keywords": st.lists(NAMES, max_size=2),
    },
)
ORGANIZATIONS = st.fixed_dictionaries(
    {
        "taxonomy": st.just("organization"),
        "name": st.sampled_from(("One", "Two")),
        "domain": st.sampled_from(("one.org", "two.org", "four.org")),
    },
    optional={
        "otherNames": st.lists(st.sampled_from(("Two Ltd", "Unheard-of")), max_size=2),
        "images": IMAGES,
    },
)
BROKEN = st.sampled_from(("", "---\ntitle: [\n---\n", "---\nname: no title\n---\n", b"---\n\xff\n"))


@st.composite
def texts(draw, path):
    """Draw what a file may say."""
    if draw(st.integers(0, 7)) == 0:
        return draw(BROKEN)
    entry = draw(st.one_of(TOPICS, ORGANIZATIONS))
    if path.endswith(".yaml"):
        return data(entry)
    fields = draw(ARTICLES) if draw(st.integers(0, 5)) else entry
    return document(path, "*Body*", fields)


@st.composite
def edits(draw):
    """Draw what is done to a file before an import."""
    path = draw(st.sampled_from(PATHS))
    what = draw(st.sampled_from(("write", "write", "write", "remove", "rename", "setting")))
    if what == "rename":
        return what, path, draw(st.sampled_from(PATHS))
    return what, path, draw(texts(path)) if what == "write" else None


def edit(archive, what, path, value):
    """Do it."""
    file = archive.folder / path
    if what == "write":
        archive.text(path, value)
    elif what == "setting":
        serve = not archive.collection.serve_unpublished
        archive.collection = Collection(id="tests", serve_unpublished=serve)
    elif file.exists():
        if what == "remove":
            file.unlink()
        else:
            target = archive.folder / value
            target.parent.mkdir(exist_ok=True)
            file.rename(target)


def keeps_old_versions(path, archive):
    """Whether the store has a document as its file no longer is."""
    return any(
        hashlib.sha256((archive.folder / file).read_bytes()).hexdigest() != digest
        for file, digest in rows(path, "SELECT path, sha256 FROM document")
    )


async def import_into(path, archive, clock):
    """Import, twice, and return what failed."""
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        report = await store.import_roots([archive.root])
        before = dump(path)
        again = await store.import_roots([archive.root])
    finally:
        await database.close()
    assert dump(path) == before
    assert again.diagnostics == report.diagnostics
    assert again.hidden == report.hidden
    assert again.failed == report.failed
    assert (again.created, again.updated, again.removed) == (0, 0, 0)
    return {one.path for _, one in report.diagnostics if one.severity == "error" or one.path}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(edits(), min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_history(empty_store, history):
    """After any edits with imports between, the store equals a fresh import of the folder.

    But for revisions, times, and last good versions of files that fail now; at the end
    those files go.
    """
    asyncio.run(follow(empty_store, history))


async def follow(empty_store, history):
    """Import after each group of edits, and compare."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock, fresh = Path(name), Clock(), 0
        archive = Archive(folder / "archive")
        store = Path(shutil.copy(empty_store, folder / "store.db"))

        async def compare():
            nonlocal fresh
            fresh += 1
            other = Path(shutil.copy(empty_store, folder / f"fresh-{fresh}.db"))
            await import_into(other, archive, clock)
            assert content(store) == content(other)

        for group in history:
            for one in group:
                edit(archive, *one)
            clock.forward(hours=1)
            failed = await import_into(store, archive, clock)
            if not keeps_old_versions(store, archive):
                await compare()
        while keeps_old_versions(store, archive):
            for path in failed:
                (archive.folder / path).unlink(missing_ok=True)
            failed = await import_into(store, archive, clock)
        await compare()
