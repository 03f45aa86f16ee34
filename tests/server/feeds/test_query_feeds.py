"""GET /feeds/query/… serves the articles of a GraphQL query."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from urllib.parse import quote

import feedparser
import httpx
import pytest

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.feeds.query_in_url import encode_document
from tests.server.conftest import SITE, create_client
from tests.store.dump import dump_tables

BY_TOPIC = """query ByTopic($slug: String!, $least: Int = 0) {
  topic(slug: $slug) { name articles(first: 3, filter: {quality: {gte: $least}}) { totalCount } }
}"""
SEARCH = "query ($words: String!) { search(query: $words) { edges { score node { title } } } }"
TWO_OPERATIONS = (
    "query A { articles(first: 1) { totalCount } } query B { articles(first: 2) { totalCount } }"
)


def feed_url(document, suffix="rss", *, is_trusted=False, **params):
    """Return the relative URL of a query's feed; parameters that are not strings become JSON."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in params.items()
    }
    query_string = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
    name = sha256(document) if is_trusted else encode_document(document)
    path = f"/feeds/query/{name}.{suffix}"
    return f"{path}?{query_string}" if query_string else path


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_feed_has_the_articles_of_the_query(client, suffix):
    """Every format has the same articles, and its ETag gets a 304."""
    url = feed_url(BY_TOPIC, suffix, variables={"least": 80, "slug": "ai"})
    response = await client.get(url)
    assert response.status_code == httpx.codes.OK
    graphql_response = await client.post(
        "/graphql",
        json={
            "query": '{ topic(slug: "ai") { articles(first: 3, filter: {quality: {gte: 80}}) '
            "{ edges { node { title } } } } }"
        },
    )
    edges = graphql_response.json()["data"]["topic"]["articles"]["edges"]
    titles = [edge["node"]["title"] for edge in edges]
    if suffix == "json":
        feed = response.json()
        assert [item["title"] for item in feed["items"]] == titles
        assert feed["feed_url"] == SITE + url
        assert feed["title"] == "ByTopic — newsgraph seeds"
    else:
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert [entry.title for entry in feed.entries] == titles
    assert len(titles) == 2
    headers = {"If-None-Match": response.headers["etag"]}
    assert (await client.get(url, headers=headers)).status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.slow
async def test_searches_and_documents_with_several_operations(client):
    """A search is a connection of articles too; `operationName` selects an operation."""
    response = await client.get(feed_url(SEARCH, variables={"words": "facebook videos"}))
    assert len(feedparser.parse(response.content).entries) > 1
    response = await client.get(feed_url(TWO_OPERATIONS, operationName="B"))
    assert len(feedparser.parse(response.content).entries) == 2
    response = await client.get(feed_url(TWO_OPERATIONS))
    assert response.status_code == httpx.codes.BAD_REQUEST


async def test_other_spellings_redirect_to_the_canonical_url(client):
    """The order and spacing of variables do not matter."""
    variables = quote(json.dumps({"slug": "ai", "least": 80}, indent=1))
    response = await client.get(f"{feed_url(BY_TOPIC)}?variables={variables}&x=1")
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    canonical_url = SITE + feed_url(BY_TOPIC, variables={"least": 80, "slug": "ai"})
    assert response.headers["location"] == canonical_url


async def test_another_compressor_makes_the_same_feed(client):
    """The document identifies a feed, not its encoding: nothing redirects, so nothing loops."""
    compressor = zlib.compressobj(0, zlib.DEFLATED, -zlib.MAX_WBITS)
    compressed = compressor.compress(TWO_OPERATIONS.encode()) + compressor.flush()
    name = urlsafe_b64encode(compressed).rstrip(b"=").decode()
    canonical_url = feed_url(TWO_OPERATIONS, "json", operationName="A")
    other_url = f"/feeds/query/{name}.json?operationName=A"
    assert other_url != canonical_url
    expected, response = await client.get(canonical_url), await client.get(other_url)
    assert (response.status_code, response.content) == (httpx.codes.OK, expected.content)
    assert response.json()["feed_url"] == SITE + canonical_url


async def test_nothing_is_stored(store, tmp_path):
    """A feed survives a restart, as its URL contains the query; the database stays unchanged."""
    url = feed_url(BY_TOPIC, variables={"slug": "ai"})
    before = dump_tables(tmp_path / "seeds.db")
    responses = []
    for _ in range(2):
        async with create_client(create_app(store, SITE)) as client:
            responses.append(await client.get(url))
    assert [response.status_code for response in responses] == [httpx.codes.OK] * 2
    assert responses[0].content == responses[1].content
    assert responses[0].headers["etag"] == responses[1].headers["etag"]
    assert dump_tables(tmp_path / "seeds.db") == before


async def test_trusted_documents(store):
    """Their URLs have their hashes; with `trusted_only` no others have feeds."""
    trusted = {sha256(BY_TOPIC): BY_TOPIC}
    options = Options(trusted_documents=trusted, trusted_only=True)
    variables = {"slug": "ai"}
    canonical_url = feed_url(BY_TOPIC, is_trusted=True, variables=variables)
    async with create_client(create_app(store, SITE, options=options)) as client:
        assert (await client.get(canonical_url)).status_code == httpx.codes.OK
        response = await client.get(feed_url(BY_TOPIC, variables=variables))
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == SITE + canonical_url
        response = await client.get(feed_url(SEARCH, variables={"words": "facebook"}))
        assert response.status_code == httpx.codes.FORBIDDEN
        assert "trusted documents only" in response.text


@pytest.mark.parametrize(
    ("document", "params", "status", "message"),
    [
        (BY_TOPIC, {}, 400, "selects no connection of articles, or is given wrong"),
        (BY_TOPIC, {"variables": {"slug": "nope"}}, 404, "starts from does not exist"),
        (BY_TOPIC, {"variables": "[1"}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": {"x": "\ud800"}}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": '{"x":' + "[" * 20000}, 400, "`variables` is not JSON that"),
        (BY_TOPIC, {"variables": [1]}, 400, "`variables` has to be a JSON object"),
        (
            "query ($slug: String!) { topic(slug: $slug) { name } }",
            {"variables": {"slug": "ai"}},
            400,
            "selects no connection of articles",
        ),
        ("{ topics { edges { node { articles { totalCount } } } } }", {}, 400, "no connection"),
        ('{ articles(first: 3, after: "x") { totalCount } }', {}, 400, "no such cursor"),
    ],
)
async def test_invalid_query_gets_an_error_in_plain_text(client, document, params, status, message):
    """The error is the client's, not a failure of the server."""
    response = await client.get(feed_url(document, **params))
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "text/plain; charset=utf-8",
    )
    assert message in response.text


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_urls_of_hashes_are_gone(client, suffix):
    """Only trusted documents have such URLs; the message says where the new ones are."""
    response = await client.get(f"/feeds/query/{'0' * 64}.{suffix}")
    assert response.status_code == httpx.codes.GONE
    assert "/feeds/query?query=" in response.text


@pytest.mark.parametrize(
    "name", ["abc", "%C3%A9", "a$b", "A" * 5000, feed_url(SEARCH)[len("/feeds/query/") : -8]]
)
async def test_url_without_a_query_gets_a_404(client, name):
    """Nothing that was cut off or changed is a query."""
    response = await client.get(f"/feeds/query/{name}.rss")
    assert response.status_code == httpx.codes.NOT_FOUND
    assert "contains no query" in response.text


async def test_unknown_format_gets_a_404(client):
    """The message lists the formats."""
    response = await client.get(feed_url(SEARCH, "xml"))
    assert response.status_code == httpx.codes.NOT_FOUND
    assert ".rss, .atom, .json" in response.text
