"""The feed URLs in docs/feeds.md exist."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import SITE

TEXT = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text("utf-8")
URLS = sorted(set(re.findall(r"/feeds[^\s`\"'{]*(?=[`\s\"'])", TEXT)))


@pytest.mark.parametrize(
    "url", [url for url in URLS if "." in url and "$" not in url and "query" not in url]
)
async def test_documented_url_serves_a_feed(client, url):
    """It serves the feed itself or redirects to its canonical URL."""
    response = await client.get(url)
    if response.status_code == httpx.codes.MOVED_PERMANENTLY:
        response = await client.get(response.headers["location"].removeprefix(SITE))
    assert response.status_code == httpx.codes.OK


def test_documentation_has_urls():
    """The pattern above matches the documentation's URLs."""
    assert len(URLS) > 8
