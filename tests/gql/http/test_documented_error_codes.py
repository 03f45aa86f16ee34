"""The error codes in the documentation are exactly those in the code."""

from __future__ import annotations

import ast
import re

from tests.gql.conftest import ROOT

CODE = re.compile(r"[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+")
TABLE_ROW = re.compile(r"^\| `([A-Z_]+)` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
OTHER_CONSTANTS = {"ERROR", "HEAD", "JSON", "MONTH", "POST", "WARNING", "YEAR"}
"""String constants that look like error codes: HTTP methods and names of the schema."""


def find_codes_in_source():
    """Return all string constants of the package gql that look like error codes."""
    return {
        node.value
        for path in (ROOT / "gql").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    } - OTHER_CONSTANTS


def test_every_code_is_documented():
    """docs/graph.md describes every error code, and none that no longer exists."""
    page = (ROOT / "docs" / "graph.md").read_text("utf-8")
    _, _, after_heading = page.partition("\n## Errors\n")
    section = after_heading.partition("\n## ")[0]
    documented = set(TABLE_ROW.findall(section))
    assert documented == find_codes_in_source()
    assert len(documented) > 20
