"""One body has the same links and pictures on its page, in all feeds and in the graph."""

from __future__ import annotations

import shutil
from urllib.parse import unquote, urldefrag, urljoin

import httpx
import pytest
from lxml import etree, html

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import Store
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store.stored_bodies import BODIES, set_body_html
from tests.store_files import empty_store_path

STORY_URL = "https://harbour.example/2024/tides/"
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "c": "http://purl.org/rss/1.0/modules/content/",
}


@pytest.fixture(params=[None, STORY_URL], ids=["without a URL", "published elsewhere"])
async def site(request, tmp_path):
    """A client of a site with an article for each body, and the URLs of their stories."""
    archive = Archive(tmp_path / "in", Collection(id="bodies"))
    for name in BODIES:
        archive.write_article(f"{name}.md", webUrl=request.param, publishedDateTime="2024-05-01")
    path = shutil.copy(empty_store_path(), tmp_path / "bodies.db")
    store = await Store.open(f"sqlite:///{path}", SITE)
    await store.import_roots([archive.root])
    for name, body in BODIES.items():
        set_body_html(path, f"{name}.md", body)
    story_urls = {name: request.param or f"{SITE}/articles/{name}" for name in BODIES}
    async with create_client(create_app(store, SITE)) as client:
        yield client, story_urls
    await store.close()


def references(markup, story_url, page_url):
    """Return the texts and URLs of the links in HTML, and its pictures, in their order.

    A fragment of the page or of the story is a fragment of the story, with the id as it was stored.

    Args:
        markup: HTML.
        story_url: URL of the story.
        page_url: URL that the HTML is displayed at.
    """
    root = html.fragment_fromstring(markup, "div")
    found = []
    for element in root.iter("a", "img"):
        if element.tag == "img":
            names = ("src", "alt", "width", "height")
            found.append(("img", *(element.get(name) for name in names)))
            continue
        url, fragment = urldefrag(urljoin(page_url, element.get("href")))
        if fragment and url in (page_url, story_url):
            fragment = unquote(fragment).removeprefix("body-")
            assert root.xpath("//*[@id=$a or @id=$b]", a=fragment, b=f"body-{fragment}") or (
                fragment == "nowhere"
            )
            url = story_url
        found.append(("a", element.text_content(), url, fragment))
    return found


async def read_contents(client):
    """Return the HTML of each article by its title, in each place, with its URL there."""
    query = "{ articles(first: 50) { edges { node { title slug webUrl bodyHtml } } } }"
    result = (await client.post("/graphql", json={"query": query})).json()
    nodes = [edge["node"] for edge in result["data"]["articles"]["edges"]]
    contents = {"graph": {node["title"]: (node["bodyHtml"], node["webUrl"]) for node in nodes}}
    pages = contents["page"] = {}
    for node in nodes:
        response = await client.get(f"/articles/{node['slug']}")
        assert response.status_code == httpx.codes.OK
        (body,) = html.fromstring(response.content).xpath("//div[@class='body']")
        url = f"{SITE}/articles/{node['slug']}"
        pages[node["title"]] = (html.tostring(body, encoding="unicode"), url)
    rss = etree.fromstring((await client.get("/feeds/all.rss")).content)
    contents["rss"] = {
        item.findtext("title"): item.findtext("c:encoded", None, NAMESPACES)
        or item.findtext("description")
        for item in rss.iter("item")
    }
    atom = etree.fromstring((await client.get("/feeds/all.atom")).content)
    contents["atom"] = {
        entry.findtext("a:title", None, NAMESPACES): entry.findtext("a:content", None, NAMESPACES)
        for entry in atom.iterfind("a:entry", NAMESPACES)
    }
    feed = (await client.get("/feeds/all.json")).json()
    contents["json"] = {item["title"]: item["content_html"] for item in feed["items"]}
    for name in ("rss", "atom", "json"):
        url = f"https://reader.example/{name}"
        contents[name] = {title: (text, url) for title, text in contents[name].items()}
    return contents


async def test_links_and_pictures_are_the_same_everywhere(site):
    """The graph has them as they are stored; all others have the same, in the same order."""
    client, story_urls = site
    contents = await read_contents(client)
    assert {place: len(articles) for place, articles in contents.items()} == dict.fromkeys(
        ("graph", "page", "rss", "atom", "json"), len(BODIES)
    )
    for name, story_url in story_urls.items():
        stored = BODIES[name].replace('="newsgraph-site:', f'="{SITE}')
        expected = references(stored, story_url, story_url)
        assert all("newsgraph-site" not in str(item) for item in expected)
        for place, articles in contents.items():
            text, url = articles[f"{name}.md"]
            assert references(text, story_url, url) == expected, (place, name)


async def test_texts_are_the_same_everywhere(site):
    """Feeds have characters instead of check boxes; buttons of pages have more text."""
    client, _ = site
    contents = await read_contents(client)
    for title, (stored, _) in contents["graph"].items():
        texts = {
            place: " ".join(
                "".join(html.fragment_fromstring(articles[title][0], "div").itertext()).split()
            )
            for place, articles in contents.items()
        }
        for place in ("rss", "atom", "json"):
            text = texts[place].replace("☑", "").replace("☐", "")
            assert text.split() == texts["graph"].split(), (place, title)
        if "data-embed" not in stored:
            assert texts["page"] == texts["graph"]
