"""What docs/feeds.md says is there."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import SITE

TEXT = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text("utf-8")
ADDRESSES = sorted(set(re.findall(r"/feeds[^\s`\"'{]*(?=[`\s\"'])", TEXT)))


@pytest.mark.parametrize(
    "address", [one for one in ADDRESSES if "." in one and "$" not in one and "query" not in one]
)
async def test_every_address_answers(client, address):
    """At once, or by leading to the feed's one address."""
    response = await client.get(address)
    if response.status_code == httpx.codes.MOVED_PERMANENTLY:
        response = await client.get(response.headers["location"].removeprefix(SITE))
    assert response.status_code == httpx.codes.OK


def test_there_are_addresses():
    """The test above has something to look at."""
    assert len(ADDRESSES) > 8
