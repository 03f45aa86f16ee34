"""Links between articles: which article a link's URL resolves to."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.identity import stable_key
from tests.store.dump import dump_imported_content
from tests.store.importing.import_results import (
    ARTICLE_URL,
    changes_at,
    diagnostic_positions,
    link_targets,
)

MATCHING_FIELDS = [
    ({"webUrl": ARTICLE_URL}, {"webUrl": "http://www.Example.com/story/?utm_source=x#top"}),
    ({"originalUrl": ARTICLE_URL}, {"webUrl": ARTICLE_URL}),
    ({"ampWebUrl": ARTICLE_URL}, {"webUrl": ARTICLE_URL}),
    ({"webUrl": ARTICLE_URL}, {"originalUrl": "https://example.com:443/story?fbclid=1"}),
    (
        {"webUrl": ARTICLE_URL},
        {"webUrl": "https://nobody.org", "ampWebUrl": "https://EXAMPLE.com/story"},
    ),
    (
        {"webUrl": "https://example.com/b%7Ec?b=1&a=2"},
        {"webUrl": "http://example.com/b~c/?a=2&b=1"},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("target_fields", "link_fields"), MATCHING_FIELDS)
@pytest.mark.parametrize("first_import", ["target", "source", "both"])
async def test_link_leads_to_the_article_with_its_url(
    opened, archive, import_new, target_fields, link_fields, first_import
):
    """A link leads to the article with the same normalized URL, in any order of imports."""

    async def write(name):
        if name == "target":
            archive.write_article("target.md", **target_fields)
        else:
            archive.write_article("source.md", related=[{"title": "x"} | link_fields])
        if first_import != "both":
            await opened.import_archives(archive)

    await write("target" if first_import == "target" else "source")
    await write("source" if first_import == "target" else "target")
    report = await opened.import_archives(archive)
    assert link_targets(opened.path) == {("source", 0): "target"}
    if first_import != "both":
        assert report.revision == 2
        assert ("Article", "source", False) in changes_at(opened.path, 2)
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    archive.remove("target.md")
    await opened.import_archives(archive)
    assert link_targets(opened.path) == {("source", 0): None}
    assert ("Article", "source", False) in changes_at(opened.path, 2 + (first_import != "both"))
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_links_to_the_same_article_and_to_unknown_urls(opened, archive):
    """A link can lead to its own article; without a URL or with an unknown URL it has no target."""
    archive.write_article(
        "a.md",
        webUrl=ARTICLE_URL,
        related=[ARTICLE_URL, {"title": "no address"}, f"{ARTICLE_URL}/other"],
    )
    await opened.import_archives(archive)
    assert link_targets(opened.path) == {("a", 0): "a", ("a", 1): None, ("a", 2): None}


@pytest.mark.slow
async def test_newest_article_is_the_target(opened, archive, import_new):
    """Links lead to the newest article with their URL; older articles with it get a warning."""
    archive.write_article("source.md", related=[ARTICLE_URL])
    archive.write_article("old.md", webUrl=ARTICLE_URL, date="2021-01-01")
    await opened.import_archives(archive)
    archive.write_article("new.md", webUrl=f"{ARTICLE_URL}?utm_source=x", date="2022-01-01")
    report = await opened.import_archives(archive)
    assert link_targets(opened.path) == {("source", 0): "new"}
    assert changes_at(opened.path, 2) >= {("Article", "source", False), ("Article", "new", False)}
    assert diagnostic_positions(report) == [("old.md", None, None, "same-url")]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    # An article without a date is older than any other.
    archive.write_article("new.md", webUrl=ARTICLE_URL)
    report = await opened.import_archives(archive)
    assert link_targets(opened.path) == {("source", 0): "old"}
    assert diagnostic_positions(report) == [("new.md", None, None, "same-url")]
    archive.remove("old.md")
    report = await opened.import_archives(archive)
    assert link_targets(opened.path) == {("source", 0): "new"}
    assert diagnostic_positions(report) == []
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_smallest_key_is_the_target_among_equal_dates(opened, archive):
    """Of articles with equal dates, the smallest key is the target; the others get a warning."""
    archive.write_article("source.md", related=[ARTICLE_URL])
    for name in "abc":
        archive.write_article(f"{name}.md", webUrl=ARTICLE_URL, date="2021-01-01")
    report = await opened.import_archives(archive)
    winner = min("abc", key=lambda name: stable_key("Article", name))
    assert link_targets(opened.path) == {("source", 0): winner}
    assert {path for path, *_ in diagnostic_positions(report)} == {
        f"{name}.md" for name in "abc"
    } - {f"{winner}.md"}


async def test_roots_that_share_a_url(opened, archive, new_archive, import_new):
    """A URL shared by two roots is a warning for the older article, in any order of imports."""
    other = new_archive("other", id="other")
    archive.write_article("a.md", webUrl=ARTICLE_URL, date="2021-01-01", id="mine")
    other.write_article("a.md", webUrl=ARTICLE_URL, date="2022-01-01", id="theirs")
    await opened.import_archives(archive)
    await opened.import_archives(other)
    report = await opened.import_archives(archive)
    assert diagnostic_positions(report) == [("a.md", None, None, "same-url")]
    message = f"a.md in other has the same URL, {ARTICLE_URL}; both are imported."
    assert [item.message for _, item in report.diagnostics] == [message]
    assert dump_imported_content(opened.path) == dump_imported_content(
        await import_new(archive, other)
    )
    other.remove("a.md")
    await opened.import_archives(other)
    assert diagnostic_positions(await opened.import_archives(archive)) == []
