"""The queries in the documentation have the documented results."""

from __future__ import annotations

import json
import re

import pytest

from tests.gql.conftest import ROOT

PAGES = ("README.md", "docs/graph.md", "docs/queries.md")
TOKEN = re.compile(r'("token": )"[0-9a-f]+"')
EXAMPLE = re.compile(r"^```graphql\n(.*?)^```\n.*?^```json\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(query, expected, id=f"{page}-{number}")
    for page in PAGES
    for number, (query, expected) in enumerate(
        EXAMPLE.findall((ROOT / page).read_text("utf-8")), start=1
    )
    if not query.startswith("subscription")
]


def test_all_examples_are_found():
    """The regular expression matches every GraphQL example of the pages."""
    block_count = sum((ROOT / page).read_text("utf-8").count("```graphql") for page in PAGES)
    # The example of a subscription is run in tests/server/test_live_subscriptions.py.
    assert len(EXAMPLES) == block_count - 1 >= 12


@pytest.mark.parametrize(("query", "expected"), EXAMPLES)
async def test_example_has_the_documented_result(query, expected, execute):
    """A query of the documentation returns the JSON that is shown below it."""
    result = await execute(query)
    # Every response has the operation's cost, which docs/graph.md explains only once.
    del result["extensions"]
    # A token contains the store's id, which is random.
    assert json.loads(TOKEN.sub(r'\1"…"', json.dumps(result))) == json.loads(expected)
