"""The codes of errors: every one is in the documentation, and every one there is in the code."""

from __future__ import annotations

import ast
import re

from tests.gql.conftest import ROOT

CODE = re.compile(r"[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+")
ROW = re.compile(r"^\| `([A-Z_]+)` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
NO_CODES = {"ERROR", "HEAD", "JSON", "MONTH", "POST", "WARNING", "YEAR"}
"""Methods and GraphQL's names, which look like codes."""


def codes_of_the_program():
    """All words of the sources of the graph that look like codes."""
    return {
        node.value
        for path in (ROOT / "gql").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    } - NO_CODES


def test_every_code_is_in_the_documentation():
    """A program that meets a code finds what it means, and nobody waits for one that is gone."""
    page = (ROOT / "docs" / "graph.md").read_text("utf-8")
    _, _, behind = page.partition("\n## Errors\n")
    section = behind.partition("\n## ")[0]
    told = set(ROW.findall(section))
    assert told == codes_of_the_program()
    assert len(told) > 20
