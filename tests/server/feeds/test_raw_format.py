"""The source of a feed (`?format=raw`): the same bytes, in a media type that browsers show."""

from __future__ import annotations

import httpx
import pytest

from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.feeds.query_in_url import encode_document
from tests.server.conftest import SITE, create_client
from tests.server.readers.request_headers import NAVIGATIONS

MEDIA_TYPES = {
    "rss": "text/xml; charset=utf-8",
    "atom": "text/xml; charset=utf-8",
    "json": "application/json",
}
QUERY = encode_document("{ articles(first: 3) { totalCount } }")


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
@pytest.mark.parametrize(
    "url",
    [
        "/feeds/all.{}",
        "/feeds/topics/ai.{}?collapse=1",
        "/feeds/all.{}?page=oldest",
        "/feeds/search.{}?q=facebook",
        f"/feeds/query/{QUERY}.{{}}",
    ],
)
async def test_the_source_has_the_bytes_of_the_feed(client, url, suffix):
    """It has the ETag and links of the feed, no link to itself, and runs nothing."""
    url = url.format(suffix)
    feed = await client.get(url)
    raw_url = f"{url}{'&' if '?' in url else '?'}format=raw"
    for headers in ({}, *NAVIGATIONS.values()):
        for _ in range(2):
            raw = await client.get(raw_url, headers=headers)
            assert raw.status_code == httpx.codes.OK
            assert raw.content == feed.content
            assert raw.headers["content-type"] == MEDIA_TYPES[suffix]
    for name in ("etag", "link"):
        assert raw.headers[name] == feed.headers[name]
    assert "format=raw" not in raw.text + raw.headers["link"]
    assert raw.headers["content-security-policy"].startswith("default-src 'none';")
    assert raw.headers["x-content-type-options"] == "nosniff"
    assert raw.headers["x-robots-tag"] == "noindex"
    condition = {"If-None-Match": raw.headers["etag"]}
    response = await client.get(raw_url, headers=condition)
    assert response.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/feeds/topics/AI.rss?format=raw", "/feeds/topics/ai.rss?format=raw"),
        ("/feeds/all.rss?format=raw&page=oldest", "/feeds/all.rss?page=oldest&format=raw"),
        ("/feeds/all.rss?format=raw&format=raw", "/feeds/all.rss?format=raw"),
        ("/feeds/all.rss?format=raw&utm_source=x", "/feeds/all.rss?format=raw"),
        ("/feeds/all.rss?format=html", "/feeds/all.rss"),
        (f"/feeds/query/{QUERY}.rss?format=raw&x=1", f"/feeds/query/{QUERY}.rss?format=raw"),
    ],
)
async def test_a_source_has_one_url(client, path, location):
    """Others redirect to the canonical one, as those of the feed do."""
    response = await client.get(path)
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    assert response.headers["location"] == f"{SITE}{location}"


async def test_the_source_is_never_a_delta(client):
    """A client that has the feed of an older version gets all of it."""
    headers = {"A-IM": "feed", "If-None-Match": '"0-000000000000000000000000"'}
    response = await client.get("/feeds/all.rss?format=raw", headers=headers)
    assert response.status_code == httpx.codes.OK


async def test_errors_are_those_of_the_feed(store):
    """There is no source where there is no feed."""
    options = Options(trusted_only=True)
    async with create_client(create_app(store, SITE, options=options)) as client:
        for path in ("/feeds/topics/none.rss", f"/feeds/query/{QUERY}.rss"):
            expected, raw = await client.get(path), await client.get(f"{path}?format=raw")
            assert raw.status_code == expected.status_code >= 400
            assert raw.text == expected.text
