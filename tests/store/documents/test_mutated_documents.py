"""Damaged documents of every format and kind are parsed, or have a diagnostic that says why not."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.archive_kinds import KINDS
from newsgraph.store.documents.diagnostics import FATAL_CODES
from newsgraph.store.documents.document_rules import DocumentRules
from newsgraph.store.documents.frontmatter import parse_document
from tests.store.mutated_documents import DOCUMENTS, mutated_documents

PATHS = st.sampled_from(["a.md", "_posts/2024-05-02-a.markdown", "a.mdx", "a.html", "x/index.md"])
RULES = st.sampled_from(
    [DocumentRules(), DocumentRules({"title": "Inherited", "date": "soon", "tags": ["x"]}, ("t",))]
)


@given(mutated_documents(), st.sampled_from(list(KINDS.values())), PATHS, RULES)
def test_mutated_documents(text, kind, path, rules):
    """Nothing is raised, positions are in the file, and a document never vanishes silently."""
    parsed = parse_document(text, path, kind=kind, rules=rules)
    lines = re.split("\r\n|\r|\n", text)
    for item in parsed.diagnostics:
        assert 1 <= item.line <= len(lines)
        assert 1 <= item.column <= len(lines[item.line - 1]) + 1
    if parsed.content is None:
        assert {item.code for item in parsed.diagnostics} & FATAL_CODES
    assert json.loads(json.dumps(parsed.front_matter, allow_nan=False)) == parsed.front_matter
    str(parsed).encode()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("text", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_documents_that_end_too_early(kind, text):
    """A document that was truncated anywhere is parsed, or has a diagnostic."""
    step = max(1, len(text) // 40)
    for end in range(0, len(text), step):
        parsed = parse_document(text[:end], "a.md", kind=kind)
        assert parsed.content is not None or parsed.diagnostics


DEEP = {
    "TOML arrays": "+++\nx = " + "[" * 50_000 + "]" * 50_000 + "\n+++\n",
    "TOML tables": "+++\n[" + ".".join(["a"] * 63) + "]\nx = " + "{a = " * 60 + "1\n+++\n",
    "inline tables of TOML": "+++\nx = " + "{a = " * 10_000 + "1" + "}" * 10_000 + "\n+++\n",
    "JSON objects": '{"x": ' + '{"a": ' * 50_000 + "1" + "}" * 50_000 + "}\n",
    "JSON arrays": '{"x": ' + "[" * 70 + "]" * 70 + "}\n",
    "labelled JSON": '---json\n{"x": ' + "[" * 50_000 + "]" * 50_000 + "}\n---\n",
    "labelled TOML": "---toml\nx = " + "[" * 50_000 + "]" * 50_000 + "\n---\n",
    "semicolons": ';;;\n"x": ' + "[" * 50_000 + "]" * 50_000 + "\n;;;\n",
    "many values": '{"x": [' + "1," * 150_000 + "1]}\n",
    "YAML without an opening line": "x: " + "[" * 50_000 + "\n---\n",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting(text):
    """Nesting is bounded in each format, as it is in YAML."""
    codes = {item.code for item in parse_document(text, "a.md", kind=KINDS["hexo"]).diagnostics}
    assert codes & {"too-complex", "broken-toml"}


def test_long_metadata():
    """Metadata lines have at most as many values as YAML, and a value any number of lines."""
    for kind in ("pelican", "mkdocs"):
        text = "".join(f"a{number}: x\n" for number in range(200_000))
        (item,) = parse_document(text, "a.md", kind=KINDS[kind]).diagnostics
        assert item.code == "too-complex"
        text = "title: T\n" + "    x\n" * 50_000 + "\nBody"
        assert parse_document(text, "a.md", kind=KINDS[kind]).content.body == "Body"
