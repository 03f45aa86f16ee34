"""The feeds' addresses, over a store of the seed documents."""

from __future__ import annotations

from itertools import chain

import feedparser
import httpx
import pytest
from lxml import etree

from newsgraph.gql import Options
from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import Delivery
from newsgraph.store.documents.collection import Collection, Root
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

COUNTS = [
    ("all", 4),
    ("topics/ai", 4),
    ("topics/computer-vision", 1),
    ("topics/facebook-ai", 1),
    ("providers/cnet.com", 1),
]
LISTED = f"All feeds are listed at {SITE}/feeds.opml"
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


@pytest.mark.parametrize(("path", "entries"), COUNTS)
@pytest.mark.parametrize("suffix", TYPES)
async def test_a_feed_is_read_without_complaint(client, path, entries, suffix):
    """What a feed reader sees: well-formed, of the right type, all entries."""
    response = await client.get(f"/feeds/{path}.{suffix}")
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == f"{TYPES[suffix]}; charset=utf-8"
    feed = feedparser.parse(response.content, response_headers=dict(response.headers))
    assert not feed.bozo, feed.get("bozo_exception")
    assert len(feed.entries) == entries


@pytest.mark.parametrize("suffix", TYPES)
async def test_newest_come_first(client, suffix):
    """Readers that show only a few must show the newest."""
    feed = feedparser.parse((await client.get(f"/feeds/all.{suffix}")).content)
    published = [entry.published_parsed for entry in feed.entries]
    assert published == sorted(published, reverse=True)


@pytest.mark.parametrize("suffix", TYPES)
async def test_channel_says_where_it_is_and_what_it_is_of(client, suffix):
    """Addresses begin with the public URL, path and all, whatever host was asked."""
    feed = feedparser.parse((await client.get(f"/feeds/topics/ai.{suffix}")).content).feed
    links = {link["rel"]: link["href"] for link in feed.links}
    assert links["self"] == f"{SITE}/feeds/topics/ai.{suffix}"
    assert links["alternate"] == f"{SITE}/topics/ai"
    assert feed.title == "AI — newsgraph seeds"
    assert feed.language == "en"


async def test_the_same_story_is_the_same_entry_everywhere(client):
    """Readers know an entry by its GUID, whichever feed and format it comes in."""
    paths = ("all.rss", "all.atom", "topics/facebook-ai.rss", "providers/thestar.com.my.atom")
    guids = []
    for path in paths:
        feed = feedparser.parse((await client.get(f"/feeds/{path}")).content)
        guids.append({entry.id for entry in feed.entries})
    everything, again, topic, provider = guids
    assert everything == again
    assert topic <= everything
    assert provider <= everything


@pytest.mark.parametrize(("path", "entries"), COUNTS)
async def test_json_feeds_are_the_same_stories(client, path, entries):
    """Of their own type, with the ids and the order of the others, and their own address."""
    response = await client.get(f"/feeds/{path}.json")
    assert response.headers["content-type"] == "application/feed+json"
    found = response.json()
    assert found["feed_url"] == f"{SITE}/feeds/{path}.json"
    atom = feedparser.parse((await client.get(f"/feeds/{path}.atom")).content)
    assert found["title"] == atom.feed.title
    assert [one["id"] for one in found["items"]] == [one.id for one in atom.entries]
    assert len(found["items"]) == entries


async def test_a_feed_keeps_its_id_wherever_it_is_served(store):
    """A move to another host must not make readers show everything as new."""
    ids = []
    for site in ("https://one.example", "https://two.example/news"):
        async with client_of(create_app(store, site)) as client:
            feed = feedparser.parse((await client.get("/feeds/topics/ai.atom")).content)
            ids.append(feed.feed.id)
    assert ids[0] == ids[1]
    assert ids[0].startswith("urn:uuid:")


@pytest.mark.parametrize(
    "path", ["all.rss", "all.atom", "topics/ai.rss", "providers/cnet.com.atom", "topics/ai.json"]
)
async def test_two_requests_get_the_same_bytes(client, path):
    """Nothing in a feed comes from a clock."""
    first, second = [await client.get(f"/feeds/{path}") for _ in range(2)]
    assert first.content == second.content
    assert first.headers == second.headers


async def test_the_number_of_entries_is_a_setting(store):
    """A feed is a window on the newest, not an archive."""
    async with client_of(create_app(store, SITE, feed_entries=2)) as client:
        feed = feedparser.parse((await client.get("/feeds/all.rss")).content)
    assert len(feed.entries) == 2


async def test_a_search_that_takes_too_long_is_ended(store):
    """As a query of the graph is; whoever asked is told, and no cache keeps it."""
    options = Options(operation_seconds=1e-9)
    async with client_of(create_app(store, SITE, options=options)) as client:
        response = await client.get("/feeds/search.rss?q=facebook")
    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert response.headers["cache-control"] == "no-store"
    assert "took longer than" in response.text


async def test_what_feeds_say_of_themselves_is_a_setting(store):
    """And a tag belongs to all that is said."""
    tags = set()
    for feed_related, seconds in ((True, 0), (False, 0), (True, 90)):
        delivery = Delivery(max_age_seconds=seconds)
        app = create_app(store, SITE, delivery=delivery, feed_related=feed_related)
        async with client_of(app) as client:
            response = await client.get("/feeds/all.rss")
        assert ("More on this story" in response.text) is feed_related
        assert ("<ttl>2</ttl>" in response.text) is (seconds > 0)
        tags.add(response.headers["etag"])
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("topics/nope.rss", f"There is no topic 'nope'. {LISTED}"),
        ("providers/a.b.rss", f"There is no provider 'a.b'. {LISTED}"),
        ("topics/ai,nope.rss", f"A topic or provider of this feed does not exist. {LISTED}"),
        ("search.rss?q=x&topic=no", f"A topic or provider of this feed does not exist. {LISTED}"),
        ("topics/ai.xml", "There is no feed in the format 'xml', but .rss, .atom, .json."),
        ("topics/ai", f"There is nothing at this address. All there is begins at {SITE}/"),
    ],
)
async def test_what_is_not_there_is_said_in_plain_words(client, path, message):
    """Whoever mistyped an address reads why, in text/plain, and is never told 304."""
    response = await client.get(f"/feeds/{path}", headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == f"{message}\n"
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("topics/.rss", "This address names no topic or no provider."),
        ("topics/ai/providers/,.rss", "This address names no topic or no provider."),
        (
            "topics/a+b,c.rss",
            "Join topics by + (all of them) or by a comma (any of them), not by both.",
        ),
        (f"topics/{','.join(map(str, range(21)))}.rss", "A feed can be of at most 20 topics."),
        ("search.rss?quality=high", "quality has to be a whole number such as 70, not 'high'."),
        ("providers/foo%2525.rss", "'foo%25' is no publisher's domain."),
        ("providers/a%20b%3Fc.rss", "'a b?c' is no publisher's domain."),
        ("topics/ai/providers/%00.rss", "'\\x00' is no publisher's domain."),
        (f"search.rss?q={'x' * 501}", "Search for at most 500 letters."),
        ("all.rss?page=2", "There is no page '2'; follow a feed's links from page to page."),
    ],
)
async def test_what_no_feed_can_be_of_is_said_in_plain_words(client, path, message):
    """What is wrong with the address, and what it should be like."""
    response = await client.get(f"/feeds/{path}")
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert response.text == f"{message}\n"


@pytest.mark.parametrize(
    ("asked", "there"),
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
async def test_each_feed_has_one_address(client, asked, there):
    """Others lead to it for good, below the public URL."""
    response = await client.get(f"/feeds/{asked}")
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    assert response.headers["location"] == f"{SITE}/feeds/{there}"
    assert (await client.get(f"/feeds/{there}")).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("path", "entries"),
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
    ],
)
async def test_feeds_of_several_things(client, path, entries):
    """Each is valid in every format, says what it is of, and knows its own address."""
    for suffix in ("rss", "atom", "json"):
        address = f"/feeds/{path.format(suffix) if '{}' in path else f'{path}.{suffix}'}"
        response = await client.get(address)
        if response.status_code == httpx.codes.MOVED_PERMANENTLY:
            address = response.headers["location"].removeprefix(SITE)
            response = await client.get(address)
        assert response.status_code == httpx.codes.OK
        if suffix == "json":
            assert len(response.json()["items"]) == entries
            continue
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert len(feed.entries) == entries
        links = {link["rel"]: link["href"] for link in feed.feed.links}
        assert links["self"] == f"{SITE}{address}"


@pytest.mark.slow
async def test_as_many_names_as_are_allowed(tmp_path):
    """Of topics and publishers, with dots in their names."""
    archive = Archive(tmp_path / "many", Collection(id="many"))
    for one in range(20):
        archive.write(
            f"{one}.md", topics=[f"T{one}"], provider={"name": f"P{one}", "domain": f"p{one}.org"}
        )
    topics = ",".join(sorted(f"t{one}" for one in range(20)))
    providers = ",".join(sorted(f"p{one}.org" for one in range(20)))
    store = await open_store(tmp_path / "many.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            response = await client.get(f"/feeds/topics/{topics}/providers/{providers}.json")
            assert len(response.json()["items"]) == 20
            listed = (await client.get(f"/feeds.opml?topics={topics}&disjoint=1")).content
            for address in etree.fromstring(listed).xpath("//@xmlUrl"):
                response = await client.get(address.removeprefix(SITE))
                assert response.text.count("<item>") == 1
            more = ",".join(f"u{one}" for one in range(201))
            for query in (f"topics={topics},x,y&disjoint=1", f"topics={more}"):
                response = await client.get(f"/feeds.opml?{query}")
                assert response.status_code == httpx.codes.BAD_REQUEST
                assert response.text.startswith("Choose at most ")
    finally:
        await store.close()


async def test_headers_lead_to_other_formats(client):
    """As RFC 8288 writes links; what is said there is said in the feed, too."""
    response = await client.get("/feeds/topics/ai.atom")
    links = {
        (link["rel"], link.get("type")): url
        for url, link in response.links.items()
        for url in [link["url"]]
    }
    assert links["self", "application/atom+xml"] == f"{SITE}/feeds/topics/ai.atom"
    told = response.headers["link"]
    for suffix, media_type in (("rss", "application/rss+xml"), ("json", "application/feed+json")):
        assert f'<{SITE}/feeds/topics/ai.{suffix}>; rel="alternate"; type="{media_type}"' in told


async def test_only_the_last_dot_begins_the_format(tmp_path):
    """A provider's domain may end like a format; slugs may hold letters of any script."""
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
        await store.import_roots([Root(folder, Collection(id="dots"))])
        async with client_of(create_app(store, SITE)) as client:
            for path in (
                "providers/cnet.com.rss",
                "topics/künstliche-intelligenz",
                "topics/人工知能",
            ):
                response = await client.get(f"/feeds/{path}.rss")
                feed = feedparser.parse(response.content)
                assert len(feed.entries) == 1, path
                (itself,) = [one["href"] for one in feed.feed.links if one["rel"] == "self"]
                again = await client.get(itself.removeprefix(SITE))
                assert again.content == response.content, itself
                assert itself.isascii()
    finally:
        await store.close()


async def test_our_addresses_are_those_of_the_graph(client):
    """The graph says where feeds are too, and builds it in another place."""
    query = "{ topics(first: 9) { edges { node { slug feeds { rss atom json } } } } }"
    answer = (await client.post("/graphql", json={"query": query})).json()
    for edge in answer["data"]["topics"]["edges"]:
        for suffix, address in edge["node"]["feeds"].items():
            got = await client.get(address.removeprefix(SITE))
            links = feedparser.parse(got.content).feed.get("links", ())
            found = [got.json()["feed_url"]] if suffix == "json" else [one.href for one in links]
            assert address in found, suffix


async def test_opml_lists_all_feeds_in_two_groups(client):
    """One file subscribes a reader to everything; each address in it answers."""
    response = await client.get("/feeds.opml")
    assert response.headers["content-type"] == "text/x-opml; charset=utf-8"
    body = etree.fromstring(response.content).find("body")
    groups = {group.get("text"): [one.get("xmlUrl") for one in group] for group in body}
    assert {name: len(urls) for name, urls in groups.items()} == {"Topics": 3, "Providers": 4}
    for url in chain.from_iterable(groups.values()):
        assert (await client.get(url.removeprefix(SITE))).status_code == httpx.codes.OK


@pytest.fixture
async def changing(tmp_path):
    """A folder, and a client of a server that is told to import it anew."""
    archive = Archive(tmp_path / "changing", Collection(id="changing", title="News"))
    store = await open_store(tmp_path / "changing.db", SITE)

    async def imported():
        await store.import_roots([archive.root])

    async with client_of(create_app(store, SITE)) as client:
        yield archive, imported, client
    await store.close()


@pytest.mark.slow
async def test_a_topic_that_was_renamed_or_merged(changing):
    """Its feeds lead to where its stories are now; feeds of several topics do likewise."""
    archive, imported, client = changing
    archive.write("a.md", topics=["Robots"], publishedDateTime="2024-01-01")
    archive.write("b.md", topics=["Law"], publishedDateTime="2024-01-02")
    await imported()
    assert (await client.get("/feeds/topics/robots.rss")).status_code == httpx.codes.OK
    archive.topic("r.yaml", "Robotics", aliases=["Robots", "Robotic arms"])
    await imported()
    for asked, there in (
        ("topics/robots.rss", "topics/robotics.rss"),
        ("topics/robotic-arms.json?page=oldest", "topics/robotics.json?page=oldest"),
        ("topics/law,robots.atom", "topics/law,robotics.atom"),
        ("topics/robotic-arms+robots.rss", "topics/robotics.rss"),
        (
            "search.rss?q=x&topic=robots&without=robots",
            "search.rss?q=x&topic=robotics&without=robotics",
        ),
    ):
        response = await client.get(f"/feeds/{asked}")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY, asked
        assert response.headers["location"] == f"{SITE}/feeds/{there}"
        assert (await client.get(f"/feeds/{there}")).status_code == httpx.codes.OK
    feed = feedparser.parse((await client.get("/feeds/topics/robotics.rss")).content)
    assert [entry.title for entry in feed.entries] == ["a.md"]
    listed = await client.get("/feeds.opml?topics=robots,law")
    assert listed.headers["location"] == f"{SITE}/feeds.opml?topics=robotics,law"


@pytest.mark.slow
async def test_a_topic_that_ends(changing):
    """First its readers are told, once; then it is gone, and readers give it up."""
    archive, imported, client = changing
    archive.write("a.md", topics=["AI"], publishedDateTime="2024-01-01")
    archive.topic("ai.yaml", "AI", retiring="Read <b>Law</b> & Order instead.")
    await imported()
    first = feedparser.parse((await client.get("/feeds/topics/ai.rss")).content)
    notice, story = first.entries
    assert (notice.title, story.title) == ("AI: this feed is going to end", "a.md")
    assert "Law" in notice.summary
    archive.write("b.md", topics=["AI"], publishedDateTime="2024-01-02")
    await imported()
    again = feedparser.parse((await client.get("/feeds/topics/ai.rss")).content)
    assert [one.title for one in again.entries] == [notice.title, "b.md", "a.md"]
    assert again.entries[0] == notice
    # Feeds of more than this topic go on.
    both = feedparser.parse((await client.get("/feeds/all.rss")).content)
    assert [one.title for one in both.entries] == ["b.md", "a.md"]
    tag = (await client.get("/feeds/topics/ai.atom")).headers["etag"]
    archive.topic("ai.yaml", "AI", retiring="Read Law instead.", gone=True)
    await imported()
    gone = await client.get("/feeds/topics/ai.atom", headers={"If-None-Match": tag})
    assert gone.status_code == httpx.codes.GONE
    assert gone.text == "Read Law instead.\n"
    archive.topic("ai.yaml", "AI", gone=True)
    await imported()
    assert (await client.get("/feeds/topics/ai.json")).text == "This feed has ended.\n"
    for query in ("", "?topics=ai"):
        assert "/feeds/topics/ai.rss" not in (await client.get(f"/feeds.opml{query}")).text
