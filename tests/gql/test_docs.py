"""The queries of the documentation, and their answers."""

from __future__ import annotations

import json
import re

import pytest

from tests.gql.conftest import ROOT

PAGES = ("README.md", "docs/graph.md", "docs/queries.md")
TOKEN = re.compile(r'("token": )"[0-9a-f]+"')
EXAMPLE = re.compile(r"^```graphql\n(.*?)^```\n.*?^```json\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(query, answer, id=f"{page}-{number}")
    for page in PAGES
    for number, (query, answer) in enumerate(
        EXAMPLE.findall((ROOT / page).read_text("utf-8")), start=1
    )
    if not query.startswith("subscription")
]


def test_there_are_examples():
    """The pattern finds what the pages show."""
    shown = sum((ROOT / page).read_text("utf-8").count("```graphql") for page in PAGES)
    # A subscription's is run in tests/server/test_live_subscriptions.py.
    assert len(EXAMPLES) == shown - 1 >= 12


@pytest.mark.parametrize(("query", "answer"), EXAMPLES)
async def test_an_example_has_the_answer_that_is_shown(query, answer, ask):
    """A reader who sends the query sees the same."""
    found = await ask(query)
    # Every answer tells its cost too, which docs/graph.md says once.
    del found["extensions"]
    # A token holds the store's id, which is random.
    assert json.loads(TOKEN.sub(r'\1"…"', json.dumps(found))) == json.loads(answer)
