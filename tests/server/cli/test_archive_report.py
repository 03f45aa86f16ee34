"""The description of an archive: folded problems, long lists, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsgraph.server.cli.archive_report import ExaminedArchive, describe_archive
from newsgraph.store.archive_summary import ArchiveSummary
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.importing.importer import ImportReport

FOLDER = Path("/blog")


def describe(collection=None, summary=None, report=None, **root):
    """Return the lines of a description by their labels, and all lines."""
    archive = ExaminedArchive(
        ImportRoot(FOLDER, collection or Collection(), **root),
        report or ImportReport(created=1),
        summary or ArchiveSummary(),
    )
    lines = list(describe_archive(archive))
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}, lines


def test_problems_are_folded():
    """Each code once, errors first, with its number, an example and what to do."""
    problems = [
        *(create_diagnostic(f"{name}.md", "removed-html", "No form.", (3, 1)) for name in "ab"),
        *(create_diagnostic(f"{number}.md", "wrong-type", "No.", (1, 2)) for number in range(1200)),
        create_diagnostic("", "no-documents", "None."),
        create_diagnostic("", "left-out", "One file was left out."),
    ]
    report = ImportReport(diagnostics=[(FOLDER, item) for item in problems])
    labels, lines = describe(report=report)
    assert labels["Left out"] == "One file was left out."
    assert lines[lines.index("Problems:") :] == [
        "Problems:",
        "  1,200 errors [wrong-type], such as 0.md:1:2: No.",
        "    Correct the value; until then it is ignored.",
        "  1 error [no-documents]: None.",
        "    Check the path, and `exclude` in its newsgraph.toml.",
        "  2 warnings [removed-html], such as a.md:3:1: No form.",
        "    If readers need it, write it as Markdown, or link to a page that has it.",
    ]
    assert describe()[0]["Problems"] == "none"


@pytest.mark.parametrize(
    ("collection", "evidence", "expected"),
    [
        (Collection(), None, "a folder of documents; no generator was recognized"),
        (Collection(kind="hugo"), None, "an archive of Hugo, as newsgraph.toml says"),
        (
            Collection(kind="hugo"),
            Path("/blog/hugo.toml"),
            "an archive of Hugo, because of /blog/hugo.toml",
        ),
    ],
)
def test_the_kind(collection, evidence, expected):
    """It has the file that shows it, if one does."""
    assert describe(collection, evidence=evidence)[0]["/blog"] == expected


def test_the_site():
    """Long texts are cut, and have no line breaks; several languages are counted."""
    summary = ArchiveSummary(languages=(("en", 1200), ("de", 3)))
    collection = Collection(title="A\nB", description="word " * 100, time_zone="Asia/Tokyo")
    labels, _ = describe(collection, summary)
    assert labels["Title"] == "A B"
    assert len(labels["Description"]) == 200
    assert labels["Description"].endswith("word…")
    assert labels["Language"] == "en (1,200), de (3)"
    assert labels["Time zone"] == "Asia/Tokyo"
    assert labels["Not known"] == "URL"
    assert describe(Collection(language="fr"))[0]["Language"] == "fr"
    one = ArchiveSummary(languages=(("de", 2),))
    assert describe(Collection(language="fr"), one)[0]["Language"] == "de"


def test_long_lists_are_cut():
    """The numbers are those of all topics, authors and keys."""
    topics = tuple((f"Topic {number}", 5) for number in range(1010))
    keys = (("Title", 9), ("layout", 1200), *((f"key{number}", 1) for number in range(25)))
    summary = ArchiveSummary(
        topics=topics,
        authors=(("Ann", 1),),
        first_date="2021-03-12T00:00:00Z",
        last_date="2024-05-02T10:00:00Z",
        undated_count=1,
        front_matter_keys=keys,
    )
    labels, _ = describe(summary=summary)
    assert labels["Topics"].startswith("1,010: Topic 0 (5), Topic 1 (5), ")
    assert labels["Topics"].endswith("Topic 7 (5) and 1,002 more")
    assert labels["Authors"] == "1: Ann (1)"
    assert labels["Unread keys"].startswith("layout (1,200), key0 (1), ")
    assert labels["Unread keys"].endswith("key18 (1) and 6 more")
    assert labels["Dates"] == "2021-03-12 to 2024-05-02; 1 article without"


def test_dates_are_days_in_the_time_zone():
    """A date without a time, midnight in UTC, stays that date."""
    summary = ArchiveSummary(first_date="2021-01-01T00:00:00Z", last_date="2021-07-14T22:30:00Z")
    assert describe(summary=summary)[0]["Dates"] == "2021-01-01 to 2021-07-14"
    for zone in ("Europe/Amsterdam", "America/New_York"):
        collection = Collection(time_zone=zone)
        last = "2021-07-15" if zone.startswith("Europe") else "2021-07-14"
        assert describe(collection, summary)[0]["Dates"] == f"2021-01-01 to {last}"
