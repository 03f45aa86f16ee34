"""Prints diagnostics in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newsgraph.server.cli.diagnostic_formats.json_format import print_json
from newsgraph.server.cli.diagnostic_formats.locations import relative_uri
from newsgraph.server.cli.diagnostic_formats.rule_descriptions import RULE_DESCRIPTIONS
from newsgraph.server.cli.output import escape_unprintable
from newsgraph.server.version import VERSION
from newsgraph.store.documents.diagnostics import SEVERITY_AND_ADVICE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.diagnostics import DiagnosticCode
    from newsgraph.store.documents.document import Diagnostic
    from newsgraph.store.importing.importer import ImportReport

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_RULE_INDEXES: Final[Mapping[str, int]] = {
    code: index for index, code in enumerate(RULE_DESCRIPTIONS)
}


def print_check(report: ImportReport, _roots: Sequence[ImportRoot]) -> None:
    """Print the diagnostics of a check as a SARIF log."""
    print_json(build_log(report.diagnostics))


def build_log(diagnostics: Sequence[tuple[Path, Diagnostic]]) -> dict[str, Any]:
    """Return a SARIF log with one run, which has a rule for each code.

    Args:
        diagnostics: (folder, diagnostic) pairs.
    """
    driver = {
        "name": "newsgraph",
        "version": VERSION,
        "rules": [_build_rule(code) for code in RULE_DESCRIPTIONS],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        # The default has no CR alone, which ends a line of YAML.
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_build_result(folder, diagnostic) for folder, diagnostic in diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _build_rule(code: DiagnosticCode) -> dict[str, Any]:
    severity, advice = SEVERITY_AND_ADVICE[code]
    description = {"text": RULE_DESCRIPTIONS[code]}
    return {
        "id": code,
        "shortDescription": description,
        "fullDescription": description,
        "help": {"text": advice, "markdown": advice},
        "defaultConfiguration": {"level": severity},
    }


def _build_result(folder: Path, diagnostic: Diagnostic) -> dict[str, Any]:
    location: dict[str, Any] = {
        "artifactLocation": {"uri": relative_uri(folder, diagnostic.path)},
    }
    if diagnostic.path:
        # A region is optional, but programs that show files need one.
        region = {"startLine": diagnostic.line or 1}
        if diagnostic.column is not None:
            region["startColumn"] = diagnostic.column
        location["region"] = region
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": _RULE_INDEXES[diagnostic.code],
        "level": diagnostic.severity,
        "message": {"text": escape_unprintable(f"{diagnostic.message} {diagnostic.advice}")},
        "locations": [{"physicalLocation": location}],
    }
