"""The queries of the documentation, and their answers."""

from __future__ import annotations

import json
import re

import pytest

from tests.gql.conftest import ROOT

EXAMPLE = re.compile(r"^```graphql\n(.*?)^```\n.*?^```json\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(query, answer, id=f"{page}-{number}")
    for page in ("README.md", "docs/graph.md")
    for number, (query, answer) in enumerate(
        EXAMPLE.findall((ROOT / page).read_text("utf-8")), start=1
    )
]


def test_there_are_examples():
    """The pattern finds what the pages show."""
    shown = sum(
        (ROOT / page).read_text("utf-8").count("```graphql")
        for page in ("README.md", "docs/graph.md")
    )
    assert len(EXAMPLES) == shown >= 4


@pytest.mark.parametrize(("query", "answer"), EXAMPLES)
async def test_an_example_has_the_answer_that_is_shown(query, answer, ask):
    """A reader who sends the query sees the same."""
    found = await ask(query)
    # Every answer tells its cost too, which docs/graph.md says once.
    del found["extensions"]
    assert found == json.loads(answer)
