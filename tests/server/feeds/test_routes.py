"""Routes of the feeds, over a store of the seed documents."""

from __future__ import annotations

from itertools import chain

import feedparser
import httpx
import pytest
from lxml import etree

from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

ENTRY_COUNTS = [
    ("all", 4),
    ("topics/ai", 4),
    ("topics/computer-vision", 1),
    ("topics/facebook-ai", 1),
    ("providers/cnet.com", 1),
]
HINT = f"All feeds are listed at {SITE}/feeds.opml"
XML_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


@pytest.mark.parametrize(("path", "count"), ENTRY_COUNTS)
@pytest.mark.parametrize("suffix", XML_TYPES)
async def test_feed_is_well_formed(client, path, count, suffix):
    """It has the right content type and all entries."""
    response = await client.get(f"/feeds/{path}.{suffix}")
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == f"{XML_TYPES[suffix]}; charset=utf-8"
    feed = feedparser.parse(response.content, response_headers=dict(response.headers))
    assert not feed.bozo, feed.get("bozo_exception")
    assert len(feed.entries) == count


@pytest.mark.parametrize("suffix", XML_TYPES)
async def test_newest_entries_are_first(client, suffix):
    """Readers that show only the first entries show the newest."""
    feed = feedparser.parse((await client.get(f"/feeds/all.{suffix}")).content)
    published = [entry.published_parsed for entry in feed.entries]
    assert published == sorted(published, reverse=True)


@pytest.mark.parametrize("suffix", XML_TYPES)
async def test_links_and_title_of_a_feed(client, suffix):
    """URLs start with the public URL and its path, not with the request's host."""
    feed = feedparser.parse((await client.get(f"/feeds/topics/ai.{suffix}")).content).feed
    links = {link["rel"]: link["href"] for link in feed.links}
    assert links["self"] == f"{SITE}/feeds/topics/ai.{suffix}"
    assert links["alternate"] == f"{SITE}/topics/ai"
    assert feed.title == "AI — newsgraph seeds"
    assert feed.language == "en"


async def test_article_has_the_same_id_in_every_feed(client):
    """Readers recognize an entry by its id, in every feed and format."""
    paths = ("all.rss", "all.atom", "topics/facebook-ai.rss", "providers/thestar.com.my.atom")
    ids = []
    for path in paths:
        feed = feedparser.parse((await client.get(f"/feeds/{path}")).content)
        ids.append({entry.id for entry in feed.entries})
    all_rss, all_atom, topic, provider = ids
    assert all_rss == all_atom
    assert topic <= all_rss
    assert provider <= all_rss


@pytest.mark.parametrize(("path", "count"), ENTRY_COUNTS)
async def test_json_feed_has_the_entries_of_the_atom_feed(client, path, count):
    """It has the same ids in the same order, its own content type and its own URL."""
    response = await client.get(f"/feeds/{path}.json")
    assert response.headers["content-type"] == "application/feed+json"
    feed = response.json()
    assert feed["feed_url"] == f"{SITE}/feeds/{path}.json"
    atom = feedparser.parse((await client.get(f"/feeds/{path}.atom")).content)
    assert feed["title"] == atom.feed.title
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    assert len(feed["items"]) == count


async def test_feed_id_does_not_depend_on_the_host(store):
    """After a move to another host, readers do not show all entries as new."""
    ids = []
    for site in ("https://one.example", "https://two.example/news"):
        async with create_client(create_app(store, site)) as client:
            feed = feedparser.parse((await client.get("/feeds/topics/ai.atom")).content)
            ids.append(feed.feed.id)
    assert ids[0] == ids[1]
    assert ids[0].startswith("urn:uuid:")


@pytest.mark.parametrize(
    "path", ["all.rss", "all.atom", "topics/ai.rss", "providers/cnet.com.atom", "topics/ai.json"]
)
async def test_two_requests_get_the_same_bytes(client, path):
    """A feed does not contain the time of the request."""
    first, second = [await client.get(f"/feeds/{path}") for _ in range(2)]
    assert first.content == second.content
    assert first.headers == second.headers


async def test_number_of_entries_is_a_setting(store):
    """A feed has the newest `feed_entries` entries."""
    async with create_client(create_app(store, SITE, feed_entries=2)) as client:
        feed = feedparser.parse((await client.get("/feeds/all.rss")).content)
    assert len(feed.entries) == 2


async def test_search_that_times_out_gets_a_503(store):
    """The limit is that of GraphQL operations; the response is not cached."""
    options = Options(operation_seconds=1e-9)
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.get("/feeds/search.rss?q=facebook")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert response.headers["cache-control"] == "no-store"
    assert "took longer than" in response.text


async def test_feed_settings_change_the_etag(store):
    """Related links and TTL are settings."""
    etags = set()
    for feed_related, seconds in ((True, 0), (False, 0), (True, 90)):
        cache_options = CacheOptions(max_age_seconds=seconds)
        app = create_app(store, SITE, cache_options=cache_options, feed_related=feed_related)
        async with create_client(app) as client:
            response = await client.get("/feeds/all.rss")
        assert ("More on this story" in response.text) is feed_related
        assert ("<ttl>2</ttl>" in response.text) is (seconds > 0)
        etags.add(response.headers["etag"])
    assert len(etags) == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("topics/nope.rss", f"There is no topic 'nope'. {HINT}"),
        ("providers/a.b.rss", f"There is no provider 'a.b'. {HINT}"),
        ("topics/ai,nope.rss", f"A topic or provider of this feed does not exist. {HINT}"),
        ("search.rss?q=x&topic=no", f"A topic or provider of this feed does not exist. {HINT}"),
        ("topics/ai.xml", "There is no feed in the format 'xml', only .rss, .atom, .json."),
        ("topics/ai", f"There is no page at this URL. The home page is {SITE}/"),
    ],
)
async def test_unknown_feed_gets_a_404_in_plain_text(client, path, message):
    """The message says what is unknown; no condition turns it into a 304."""
    response = await client.get(f"/feeds/{path}", headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == f"{message}\n"
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("topics/.rss", "This URL names no topic or no provider."),
        ("topics/ai/providers/,.rss", "This URL names no topic or no provider."),
        (
            "topics/a+b,c.rss",
            "Join topics by + (all of them) or by a comma (any of them), not by both.",
        ),
        (f"topics/{','.join(map(str, range(21)))}.rss", "A feed can be of at most 20 topics."),
        ("search.rss?quality=high", "quality has to be a whole number such as 70, not 'high'."),
        ("providers/foo%2525.rss", "'foo%25' is not a publisher's domain."),
        ("providers/a%20b%3Fc.rss", "'a b?c' is not a publisher's domain."),
        ("topics/ai/providers/%00.rss", "'\\x00' is not a publisher's domain."),
        (f"search.rss?q={'x' * 501}", "Search for at most 500 characters."),
        ("all.rss?page=2", "There is no page '2'; follow a feed's links from page to page."),
    ],
)
async def test_invalid_url_gets_a_400_in_plain_text(client, path, message):
    """The message says what is wrong with the URL."""
    response = await client.get(f"/feeds/{path}")
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert response.text == f"{message}\n"


@pytest.mark.parametrize(
    ("path", "canonical_path"),
    [
        ("topics/AI.rss", "topics/ai.rss"),
        ("topics/Computer%20Vision.atom", "topics/computer-vision.atom"),
        ("topics/facebook-ai+ai.rss", "topics/ai+facebook-ai.rss"),
        ("topics/facebook-ai,ai,ai.json", "topics/ai,facebook-ai.json"),
        ("providers/WWW.CNET.com.rss", "providers/cnet.com.rss"),
        ("topics/ai/providers/WWW.cnet.com.rss", "topics/ai/providers/cnet.com.rss"),
        ("search.rss", "all.rss"),
        ("search.rss?topic=facebook-ai+ai", "topics/ai+facebook-ai.rss"),
        ("search.rss?provider=cnet.com&topic=AI", "topics/ai/providers/cnet.com.rss"),
        ("search.rss?quality=70&q=+big++models", "search.rss?q=big%20models&quality=70"),
        ("all.rss?utm_source=x", "all.rss"),
        ("topics/ai.rss?without=facebook-ai&x=1", "topics/ai.rss?without=facebook-ai"),
        ("all.rss?x=1&page=oldest", "all.rss?page=oldest"),
    ],
)
async def test_other_urls_redirect_to_the_canonical_one(client, path, canonical_path):
    """The redirect is permanent and below the public URL."""
    response = await client.get(f"/feeds/{path}")
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    assert response.headers["location"] == f"{SITE}/feeds/{canonical_path}"
    assert (await client.get(f"/feeds/{canonical_path}")).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("topics/ai+facebook-ai", 1),
        ("topics/computer-vision,facebook-ai", 2),
        ("topics/ai/providers/cnet.com", 1),
        ("providers/cnet.com,theverge.com", 2),
        ("search.{}?q=facebook", 4),
        ("search.{}?q=videos&provider=cnet.com", 1),
        ("search.{}?quality=85", 1),
        ("search.{}?q=nothing%20like%20it", 0),
        ("topics/ai.{}?without=computer-vision", 3),
        # No story is about these; excluding them is no error.
        ("topics/ai.{}?without=law,tax", 4),
        ("all.{}?without=law", 4),
    ],
)
async def test_feeds_of_combined_queries(client, path, count):
    """Each is well-formed in every format and has its canonical URL."""
    for suffix in ("rss", "atom", "json"):
        url = f"/feeds/{path.format(suffix) if '{}' in path else f'{path}.{suffix}'}"
        response = await client.get(url)
        if response.status_code == httpx.codes.MOVED_PERMANENTLY:
            url = response.headers["location"].removeprefix(SITE)
            response = await client.get(url)
        assert response.status_code == httpx.codes.OK
        if suffix == "json":
            assert len(response.json()["items"]) == count
            continue
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert len(feed.entries) == count
        links = {link["rel"]: link["href"] for link in feed.feed.links}
        assert links["self"] == f"{SITE}{url}"


@pytest.mark.slow
async def test_maximum_number_of_names(tmp_path):
    """A feed and a list of feeds can have the maximum number of topics and providers."""
    archive = Archive(tmp_path / "many", Collection(id="many"))
    for number in range(20):
        archive.write_article(
            f"{number}.md",
            topics=[f"T{number}"],
            provider={"name": f"P{number}", "domain": f"p{number}.org"},
        )
    topics = ",".join(sorted(f"t{number}" for number in range(20)))
    providers = ",".join(sorted(f"p{number}.org" for number in range(20)))
    store = await open_store(tmp_path / "many.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            response = await client.get(f"/feeds/topics/{topics}/providers/{providers}.json")
            assert len(response.json()["items"]) == 20
            opml = (await client.get(f"/feeds.opml?topics={topics}&disjoint=1")).content
            for url in etree.fromstring(opml).xpath("//@xmlUrl"):
                response = await client.get(url.removeprefix(SITE))
                assert response.text.count("<item>") == 1
            too_many = ",".join(f"u{number}" for number in range(201))
            for query_string in (f"topics={topics},x,y&disjoint=1", f"topics={too_many}"):
                response = await client.get(f"/feeds.opml?{query_string}")
                assert response.status_code == httpx.codes.BAD_REQUEST
                assert response.text.startswith("Choose at most ")
    finally:
        await store.close()


async def test_link_header_has_the_other_formats(client):
    """It has the form of RFC 8288."""
    response = await client.get("/feeds/topics/ai.atom")
    links = {
        (link["rel"], link.get("type")): url
        for url, link in response.links.items()
        for url in [link["url"]]
    }
    assert links["self", "application/atom+xml"] == f"{SITE}/feeds/topics/ai.atom"
    header = response.headers["link"]
    for suffix, media_type in (("rss", "application/rss+xml"), ("json", "application/feed+json")):
        assert f'<{SITE}/feeds/topics/ai.{suffix}>; rel="alternate"; type="{media_type}"' in header


async def test_last_dot_starts_the_format_suffix(tmp_path):
    """A domain may end like a format suffix; slugs may have letters of any script."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text(
        "---\ntitle: A\npublishedDateTime: 2024-01-01\n"
        "provider: {name: X, domain: cnet.com.rss}\n"
        "topics: [Künstliche Intelligenz, 人工知能]\n---\n",
        "utf-8",
    )
    store = await open_store(tmp_path / "dots.db", SITE)
    try:
        await store.import_roots([ImportRoot(folder, Collection(id="dots"))])
        async with create_client(create_app(store, SITE)) as client:
            for path in (
                "providers/cnet.com.rss",
                "topics/künstliche-intelligenz",
                "topics/人工知能",
            ):
                response = await client.get(f"/feeds/{path}.rss")
                feed = feedparser.parse(response.content)
                assert len(feed.entries) == 1, path
                (self_url,) = [link["href"] for link in feed.feed.links if link["rel"] == "self"]
                same = await client.get(self_url.removeprefix(SITE))
                assert same.content == response.content, self_url
                assert self_url.isascii()
    finally:
        await store.close()


async def test_feed_urls_are_those_in_the_graph(client):
    """GraphQL builds the URLs of feeds in other code."""
    query = "{ topics(first: 9) { edges { node { slug feeds { rss atom json } } } } }"
    result = (await client.post("/graphql", json={"query": query})).json()
    for edge in result["data"]["topics"]["edges"]:
        for suffix, url in edge["node"]["feeds"].items():
            response = await client.get(url.removeprefix(SITE))
            if suffix == "json":
                urls = [response.json()["feed_url"]]
            else:
                links = feedparser.parse(response.content).feed.get("links", ())
                urls = [link.href for link in links]
            assert url in urls, suffix


async def test_opml_lists_all_feeds(client):
    """The site's is first, then come two groups; each URL in the list serves a feed."""
    response = await client.get("/feeds.opml")
    assert response.headers["content-type"] == "text/x-opml; charset=utf-8"
    body = etree.fromstring(response.content).find("body")
    site, *group_elements = body
    assert dict(site.attrib) == {
        "text": "newsgraph seeds",
        "title": "newsgraph seeds",
        "type": "rss",
        "xmlUrl": f"{SITE}/feeds/all.rss",
        "htmlUrl": f"{SITE}/",
        "description": site.get("description"),
    }
    groups = {
        group.get("text"): [outline.get("xmlUrl") for outline in group] for group in group_elements
    }
    assert {name: len(urls) for name, urls in groups.items()} == {"Topics": 3, "Providers": 4}
    for url in chain.from_iterable(groups.values()):
        assert (await client.get(url.removeprefix(SITE))).status_code == httpx.codes.OK


@pytest.fixture
async def editable_site(tmp_path):
    """Return a folder, a function that imports it, and a client of its server."""
    archive = Archive(tmp_path / "changing", Collection(id="changing", title="News"))
    store = await open_store(tmp_path / "changing.db", SITE)

    async def import_archive():
        await store.import_roots([archive.root])

    async with create_client(create_app(store, SITE)) as client:
        yield archive, import_archive, client
    await store.close()


@pytest.mark.slow
async def test_feeds_of_a_renamed_or_merged_topic_redirect(editable_site):
    """So do feeds that combine it with other topics, and lists of feeds."""
    archive, import_archive, client = editable_site
    archive.write_article("a.md", topics=["Robots"], publishedDateTime="2024-01-01")
    archive.write_article("b.md", topics=["Law"], publishedDateTime="2024-01-02")
    await import_archive()
    assert (await client.get("/feeds/topics/robots.rss")).status_code == httpx.codes.OK
    archive.write_topic("r.yaml", "Robotics", aliases=["Robots", "Robotic arms"])
    await import_archive()
    for path, current_path in (
        ("topics/robots.rss", "topics/robotics.rss"),
        ("topics/robotic-arms.json?page=oldest", "topics/robotics.json?page=oldest"),
        ("topics/law,robots.atom", "topics/law,robotics.atom"),
        ("topics/robotic-arms+robots.rss", "topics/robotics.rss"),
        (
            "search.rss?q=x&topic=robots&without=robots",
            "search.rss?q=x&topic=robotics&without=robotics",
        ),
        ("topics/law.rss?without=no-topic,robots", "topics/law.rss?without=no-topic,robotics"),
    ):
        response = await client.get(f"/feeds/{path}")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY, path
        assert response.headers["location"] == f"{SITE}/feeds/{current_path}"
        assert (await client.get(f"/feeds/{current_path}")).status_code == httpx.codes.OK
    feed = feedparser.parse((await client.get("/feeds/topics/robotics.rss")).content)
    assert [entry.title for entry in feed.entries] == ["a.md"]
    opml = await client.get("/feeds.opml?topics=robots,law")
    assert opml.headers["location"] == f"{SITE}/feeds.opml?topics=robotics,law"


@pytest.mark.slow
async def test_feed_of_a_retired_topic(editable_site):
    """Its retirement notice is one entry with one id; once the topic is gone, it gets a 410."""
    archive, import_archive, client = editable_site
    archive.write_article("a.md", topics=["AI"], publishedDateTime="2024-01-01")
    archive.write_topic("ai.yaml", "AI", retiring="Read <b>Law</b> & Order instead.")
    await import_archive()
    feed = feedparser.parse((await client.get("/feeds/topics/ai.rss")).content)
    notice, article = feed.entries
    assert (notice.title, article.title) == ("AI: this feed is going to end", "a.md")
    assert "Law" in notice.summary
    archive.write_article("b.md", topics=["AI"], publishedDateTime="2024-01-02")
    await import_archive()
    feed = feedparser.parse((await client.get("/feeds/topics/ai.rss")).content)
    assert [entry.title for entry in feed.entries] == [notice.title, "b.md", "a.md"]
    assert feed.entries[0] == notice
    # The feed of all articles has no notice.
    feed_of_all = feedparser.parse((await client.get("/feeds/all.rss")).content)
    assert [entry.title for entry in feed_of_all.entries] == ["b.md", "a.md"]
    etag = (await client.get("/feeds/topics/ai.atom")).headers["etag"]
    archive.write_topic("ai.yaml", "AI", retiring="Read Law instead.", gone=True)
    await import_archive()
    response = await client.get("/feeds/topics/ai.atom", headers={"If-None-Match": etag})
    assert response.status_code == httpx.codes.GONE
    assert response.text == "Read Law instead.\n"
    archive.write_topic("ai.yaml", "AI", gone=True)
    await import_archive()
    assert (await client.get("/feeds/topics/ai.json")).text == "This feed has ended.\n"
    for query_string in ("", "?topics=ai"):
        opml = await client.get(f"/feeds.opml{query_string}")
        assert "/feeds/topics/ai.rss" not in opml.text
