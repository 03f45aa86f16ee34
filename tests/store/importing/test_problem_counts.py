"""Tests of the numbers of documents with problems."""

from __future__ import annotations

from pathlib import Path

from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.importing.problem_counts import ProblemCounts, count_problems

A, B = Path("a"), Path("b")


def test_each_document_counts_once():
    """A document with errors and warnings counts as one with errors."""
    diagnostics = [
        (A, create_diagnostic("x.md", code, "Wrong.", (2, 1)))
        for code in ("duplicate-key", "wrong-date", "wrong-date")
    ]
    diagnostics.append((A, create_diagnostic("y.md", "duplicate-key", "Wrong.", (2, 1))))
    imported = [(A, "x.md"), (A, "y.md"), (A, "z.md"), (B, "x.md"), (B, "y.md")]
    assert count_problems(diagnostics, set(), imported) == ProblemCounts(1, 1)


def test_problems_of_folders_and_configurations_are_counted_apart():
    """Failed files are in neither number, also where their last version is in the store."""
    diagnostics = [
        (A, create_diagnostic("", "left-out", "Left out.")),
        (A, create_diagnostic("_config.yml", "broken-configuration", "Wrong.", (3, 1))),
        (B, create_diagnostic("", "no-documents", "Empty.")),
        (A, create_diagnostic("old.md", "broken-yaml", "Wrong.", (3, 1))),
        (A, create_diagnostic("new.md", "broken-yaml", "Wrong.", (3, 1))),
    ]
    failed = {(A, "old.md"), (A, "new.md")}
    counts = count_problems(diagnostics, failed, [(A, "old.md")])
    assert counts == ProblemCounts(other_errors=2, other_warnings=1)


async def test_an_import_counts_them(opened, archive):
    """A second import, which reads only what has changed, has the same numbers.

    Warnings about several documents are known only after all are written.
    """
    archive.write_article("fine.md")
    archive.write_article("wrong.md", date="yesterday")
    for name in ("a.md", "b.md"):
        archive.write_article(name, webUrl="https://example.com/same")
    archive.write_file("broken.md", b"---\ntitle: [\n---\n")
    archive.write_file("README.md", b"No front matter")
    for _ in range(2):
        report = await opened.import_archives(archive)
        assert report.problems == ProblemCounts(
            with_errors=1, with_warnings=1, other_errors=0, other_warnings=1
        )
        assert report.failed == 1
