"""Old addresses of articles are stored with them, and documents that only redirect are hidden."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import dump_imported_content, fetch_rows

ALIASES = """
SELECT alias.path, slug FROM article_alias alias JOIN article ON article.id = article_id
ORDER BY alias.path, alias.published_at DESC, article_id
"""


def shared_aliases(report):
    """Return the warnings of an import about old addresses, as (path, message)."""
    return [(item.path, item.message) for _, item in report.diagnostics if "alias" in item.code]


async def test_aliases_follow_their_documents(opened, archive, import_new):
    """They change with the document, and go with it, also if it is hidden."""
    archive.write_article("a.md", aliases=["/x/", "/y/index.html"], redirect_from="/z")
    archive.write_article("b.md", aliases=["/b%7e"])
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ALIASES) == [
        *(("/b~", "b"), ("/x", "a"), ("/y", "a"), ("/z", "a"))
    ]
    archive.write_article("a.md", aliases=["/y", "/v", "/"])
    archive.write_article("b.md", aliases=["/b%7e"], published=False)
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ALIASES) == [("/v", "a"), ("/y", "a")]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    archive.remove("a.md")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ALIASES) == []


async def test_shared_aliases(opened, archive, import_new):
    """The newest article comes first, and the others are reported, whatever the order of files."""
    archive.write_article("old.md", date="2020-01-01", aliases=["/x"])
    archive.write_article("new.md", date="2021-01-01", aliases=["/x/"])
    report = await opened.import_archives(archive)
    assert fetch_rows(opened.path, ALIASES) == [("/x", "new"), ("/x", "old")]
    assert shared_aliases(report) == [("old.md", "new.md has the same old address, /x.")]
    archive.remove("new.md")
    assert shared_aliases(await opened.import_archives(archive)) == []
    assert fetch_rows(opened.path, ALIASES) == [("/x", "old")]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_the_other_root_is_named(opened, archive, new_archive):
    """Two roots may have files with the same path."""
    other = new_archive("other", id="other")
    archive.write_article("a.md", id="a", date="2020-01-01", aliases=["/x"])
    other.write_article("a.md", id="b", date="2021-01-01", aliases=["/x"])
    report = await opened.import_archives(archive, other)
    assert shared_aliases(report) == [("a.md", "a.md in other has the same old address, /x.")]


async def test_translations_may_share_aliases(opened, archive):
    """Files that are translated are often copied, with their aliases."""
    archive.write_article("a.en.md", aliases=["/x"])
    archive.write_article("a.de.md", aliases=["/x"])
    assert shared_aliases(await opened.import_archives(archive)) == []


async def test_absolute_aliases_depend_on_the_url_of_the_collection(opened, archive):
    """Only those on the documents' own site count."""
    archive.write_article("a.md", aliases=["https://one.example/x", "https://two.example/y"])
    for url, expected in (
        (None, []),
        ("https://one.example/", [("/x", "a")]),
        ("https://two.example/", [("/y", "a")]),
    ):
        collection = Collection(id="tests", url=url)
        await opened.import_archives(Archive(archive.folder, collection))
        assert fetch_rows(opened.path, ALIASES) == expected


@pytest.mark.parametrize("serve", [False, True])
async def test_a_document_that_only_redirects_is_hidden(opened, archive, serve):
    """It is no story, also where unpublished documents are served."""
    collection = Collection(id="tests", kind="jekyll", serve_unpublished=serve)
    archive = Archive(archive.folder, collection)
    archive.write_article("_posts/a.md", redirect_to="https://x.example/", redirect_from="/y")
    archive.write_article("_posts/b.md")
    report = await opened.import_archives(archive)
    assert (report.created, report.hidden) == (2, 1)
    assert fetch_rows(opened.path, "SELECT slug FROM article") == [("_posts/b",)]
    assert fetch_rows(opened.path, ALIASES) == []
