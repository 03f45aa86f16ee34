"""Bodies as authors write them: what pages, feeds and the graph show of each.

tests/server/body_cases.py has the bodies, and what their HTML has to contain.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from lxml import etree, html

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_root
from tests.server.body_cases import CASES
from tests.server.conftest import SITE, create_client
from tests.store_files import open_store

PLACES = ("page", "rss", "atom", "json", "graph")
CONTENT = {
    # Without an excerpt, the HTML is the description.
    "rss": "//item/*[local-name()='encoded'] | //item[not(*[local-name()='encoded'])]/description",
    "atom": "//*[local-name()='entry']/*[local-name()='content']",
}
SOURCE = re.compile(r"[{}<>]|\[\^|newsgraph-(?:site|document)|&\w+;")
"""What only the source of a body contains."""


@dataclass(frozen=True)
class Result:
    """What a site shows of a case.

    Attributes:
        contents: the HTML in each place.
        excerpt: the excerpt.
        url: URL of the story.
        statuses: the status of each URL of this site in the HTML.
    """

    contents: dict[str, str]
    excerpt: str
    url: str
    statuses: dict[str, int]


async def read_case(folder, case):
    """Import a case, and read its article in each place."""
    case.write(folder / "in", "Case")
    store = await open_store(folder / "case.db", SITE)
    report = await store.import_roots([read_root(folder / "in")])
    assert not report.has_errors
    async with create_client(create_app(store, SITE)) as client:
        selection = "{ edges { node { slug excerpt webUrl bodyHtml } } }"
        query = {"query": f"{{ articles(first: 1) {selection} }}"}
        data = (await client.post("/graphql", json=query)).json()["data"]
        article = data["articles"]["edges"][0]["node"]
        contents = {"graph": article["bodyHtml"]}
        path = f"/articles/{article['slug']}"
        (body,) = html.fromstring((await client.get(path)).content).xpath("//div[@class='body']")
        contents["page"] = html.tostring(body, encoding="unicode")
        for place, expression in CONTENT.items():
            feed = etree.fromstring((await client.get(f"/feeds/all.{place}")).content)
            contents[place] = feed.xpath(expression)[0].text
        feed = (await client.get("/feeds/all.json")).json()
        contents["json"] = feed["items"][0]["content_html"]
        urls = {
            urldefrag(str(url))[0]
            for text in contents.values()
            for url in html.fragment_fromstring(text, "div").xpath("//@href | //@src")
        }
        statuses = {}
        for url in urls:
            if url.startswith((f"{SITE}/files/", f"{SITE}/documents/")):
                response = await client.get(url.removeprefix(SITE))
                statuses[url] = response.status_code
                if location := response.headers.get("location"):
                    page = await client.get(urljoin(SITE, location).removeprefix(SITE))
                    assert page.is_success
    await store.close()
    excerpt = article["excerpt"] or ""
    return Result(contents, excerpt, article["webUrl"] or f"{SITE}{path}", statuses)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """A function that returns what `read_case` does, once for each case."""
    results = {}

    def read(name):
        if name not in results:
            folder = tmp_path_factory.mktemp("case")
            results[name] = asyncio.run(read_case(folder, CASES[name]))
        return results[name]

    return read


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", CASES)
def test_html(read, name, place):
    """It has the elements and the text of the case, and nothing of the source."""
    case, result = CASES[name], read(name)
    root = html.fragment_fromstring(result.contents[place], "div")
    own = [item for places, found in case.own.items() if place in places.split() for item in found]
    for expression in (*case.found, *own):
        assert root.xpath(f"boolean({expression})"), (expression, result.contents[place])
    for button in root.xpath("//button"):
        button.drop_tree()
    text = " ".join(root.text_content().split())
    if case.text is not None:
        assert text == case.text
    if not case.shows_code:
        assert not SOURCE.search(text)
    ids = {str(item).removeprefix("body-") for item in root.xpath("//@id")}
    for url in map(str, root.xpath("//@href | //@src")):
        location, fragment = urldefrag(url)
        if location:
            assert re.match(r"https?://|mailto:|tel:", url)
        else:
            assert place in ("page", "graph")
        if location in ("", result.url) and fragment:
            assert fragment.removeprefix("body-") in ids


@pytest.mark.parametrize("name", CASES)
def test_urls_of_this_site(read, name):
    """Files are served, and links to documents lead to the pages of their articles."""
    for url, status in read(name).statuses.items():
        is_file = url.startswith(f"{SITE}/files/")
        assert status == (httpx.codes.OK if is_file else httpx.codes.FOUND)


@pytest.mark.parametrize("name", CASES)
def test_excerpt(read, name):
    """The excerpt that is taken from the body has nothing of the source either."""
    assert not SOURCE.search(read(name).excerpt)
