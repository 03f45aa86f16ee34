"""Reports as JSON objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsgraph.server.cli.diagnostic_formats.json_format import print_check, print_import_json
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.documents.diagnostics import create_diagnostic
from newsgraph.store.importing.importer import ImportReport
from newsgraph.store.importing.problem_counts import ProblemCounts

ROOT = ImportRoot(Path("/site"), Collection(id="news"))
DIAGNOSTIC = create_diagnostic(
    "ä.md", "wrong-date", "„x“ is no date.", (4, 7), advice="Correct it."
)


@pytest.fixture
def report():
    """The report of a check, or of an import."""
    return ImportReport(
        created=4,
        failed=1,
        hidden=2,
        scheduled=1,
        revision=3,
        problems=ProblemCounts(with_errors=1, with_warnings=2),
        diagnostics=[(ROOT.folder, DIAGNOSTIC)],
    )


def test_the_report_of_a_check(report, capsys):
    """The keys have one order, and the numbers of documents add up."""
    print_check(report, [ROOT])
    output = capsys.readouterr().out
    assert output.isascii()
    assert list(json.loads(output).items()) == [
        ("documents", 5),
        ("fine", 1),
        ("withWarnings", 2),
        ("withErrors", 1),
        ("failed", 1),
        ("hidden", 2),
        ("scheduled", 1),
        ("roots", [{"name": "news", "folder": "/site", "kind": "plain"}]),
        (
            "diagnostics",
            [
                {
                    "folder": "/site",
                    "path": "ä.md",
                    "line": 4,
                    "column": 7,
                    "code": "wrong-date",
                    "severity": "error",
                    "message": "„x“ is no date.",
                    "advice": "Correct it.",
                }
            ],
        ),
    ]


def test_the_report_of_an_import_has_the_same_form(report, capsys):
    """Programs can read both."""
    print_check(report, [ROOT])
    check = json.loads(capsys.readouterr().out)
    print_import_json(report, [ROOT], "sqlite:///news.db")
    imported = json.loads(capsys.readouterr().out)
    assert list(imported) == [
        *("created", "updated", "unchanged", "removed", "failed", "hidden", "scheduled"),
        *("revision", "database", "roots", "diagnostics"),
    ]
    assert imported["database"] == "sqlite:///news.db"
    shared = check.keys() & imported.keys()
    assert shared == {"failed", "hidden", "scheduled", "roots", "diagnostics"}
    assert {name: check[name] for name in shared} == {name: imported[name] for name in shared}
