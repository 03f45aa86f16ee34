"""Diagnostics as a SARIF log."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from newsgraph.server.cli.diagnostic_formats.sarif_format import build_log
from newsgraph.store.documents.diagnostics import CODES, SEVERITY_AND_ADVICE, create_diagnostic
from tests.server.cli.diagnostic_formats.sarif_schema import SARIF_LOG

VALIDATOR = jsonschema.Draft202012Validator(
    SARIF_LOG, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def build_run(*diagnostics):
    """Return the run of a valid log."""
    log = build_log([(Path("site"), item) for item in diagnostics])
    VALIDATOR.validate(log)
    [run] = log["runs"]
    return run


def test_a_log_without_problems():
    """It has the rules, and an empty list of results."""
    run = build_run()
    assert run["results"] == []
    assert run["columnKind"] == "unicodeCodePoints"


def test_a_result():
    """It has the rule, the message with what to do, and the position."""
    item = create_diagnostic("a ü.md", "wrong-date", "It is no date.", (4, 7), advice="Correct it.")
    assert build_run(item)["results"] == [
        {
            "ruleId": "wrong-date",
            "ruleIndex": CODES.index("wrong-date"),
            "level": "error",
            "message": {"text": "It is no date. Correct it."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "site/a%20%C3%BC.md"},
                        "region": {"startLine": 4, "startColumn": 7},
                    }
                }
            ],
        }
    ]


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_a_rule(code):
    """Its level is the severity, and its help the advice; results refer to it."""
    run = build_run(create_diagnostic("a.md", code, "Wrong."))
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    severity, advice = SEVERITY_AND_ADVICE[code]
    assert (rule["id"], rule["help"]["text"]) == (code, advice)
    assert rule["defaultConfiguration"]["level"] == result["level"] == severity


def test_problems_without_a_position():
    """One of a file is shown at its first line, and one of a folder has no line."""
    items = (create_diagnostic("a.md", "same-url", "x"), create_diagnostic("", "left-out", "x"))
    [of_file, of_folder] = (
        result["locations"][0]["physicalLocation"] for result in build_run(*items)["results"]
    )
    assert of_file == {"artifactLocation": {"uri": "site/a.md"}, "region": {"startLine": 1}}
    assert of_folder == {"artifactLocation": {"uri": "site/"}}


@pytest.mark.parametrize(
    "name", ["a:b.md", "100%.md", "a?b#c.md", "日本.md", "\x1b[31m.md", "'\".md"]
)
def test_uris_can_be_decoded(name):
    """A name may have any characters."""
    [result] = build_run(create_diagnostic(name, "same-url", "x"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == f"site/{name}"
    assert uri.isascii()


def test_control_characters_of_messages_are_escaped():
    """Programs print messages."""
    [result] = build_run(create_diagnostic("a.md", "wrong-type", "\x1b[31m"))["results"]
    assert result["message"]["text"].startswith(r"\x1b[31m ")
