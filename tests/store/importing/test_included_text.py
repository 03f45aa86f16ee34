"""Text that bodies include is read from the archive, and documents follow it."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.importing.included_text import (
    digest_of_include,
    digest_of_text,
    include_reference,
    is_include_reference,
)
from tests.store.archive import Archive
from tests.store.importing.import_results import article_values, nonzero_counts


@pytest.fixture
def jekyll(tmp_path):
    """An archive of Jekyll, of which one of two posts includes a file."""
    archive = Archive(tmp_path / "site", Collection(id="site", kind="jekyll"))
    archive.write_article("_posts/2024-05-02-a.md", body="{% include note.md %}\n\nText.")
    archive.write_article("_posts/2024-05-03-b.md", body="Text.")
    return archive


async def test_documents_follow_included_text(opened, jekyll):
    """One that includes a file is rendered again whenever the file changes; no date moves."""
    await opened.import_archives(jekyll)
    dates = article_values(opened.path, "updated_at")
    for text in ("Read *this*.", "Read *that*.", None):
        if text is None:
            jekyll.remove("_includes/note.md")
        else:
            jekyll.write_file("_includes/note.md", text)
        report = await opened.import_archives(jekyll)
        assert nonzero_counts(report) == {"updated": 1, "unchanged": 1}
        html = article_values(opened.path, "body_html")["_posts/2024-05-02-a"]
        emphasized = text and text[6:10]
        assert (f"<em>{emphasized}</em>" in html) == (text is not None)
        assert article_values(opened.path, "updated_at") == dates
        again = await opened.import_archives(jekyll)
        assert nonzero_counts(again) == {"unchanged": 2}


@pytest.mark.parametrize("relative", [True, False])
def test_references(tmp_path, relative):
    """A stored reference names the text that is included now."""
    folder = "posts" if relative else "_includes"
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "a.md").write_text("---\nt: 1\n---\nA")
    reference = include_reference("a.md", relative=relative)
    assert is_include_reference(reference)
    assert digest_of_include(tmp_path, "posts/b.md", reference) == digest_of_text("A")
    (tmp_path / folder / "a.md").unlink()
    assert digest_of_include(tmp_path, "posts/b.md", reference) is None


def test_urls_of_files_are_no_references_to_included_text():
    """They have no such scheme."""
    assert not is_include_reference("img/include.png")
