"""GraphiQL in a real browser: each thing that docs/graphiql.md says it does."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import feedparser
import httpx
import pytest
from playwright.sync_api import expect

from newsgraph.gql import Options
from newsgraph.store.documents.collection import Collection
from tests.browser.conftest import until
from tests.server.live import WITHOUT_TLS, import_beside, serving
from tests.store.archive import Archive

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("graphiql")]

FIRST = "Facebook will use your uploaded videos"

# GraphiQL's own markup: a tab is an item with two buttons in it, and the answer is scrolled by
# the keys of its editor, which axe does not see.
KNOWN = (
    ("nested-interactive", 'class="graphiql-tab'),
    ("scrollable-region-focusable", 'class="CodeMirror-scroll"'),
)


def run(page):
    """Run what the editor has."""
    page.get_by_role("button", name="Execute query").click()


def answer(page):
    """Where the answer is shown."""
    return page.locator(".result-window")


def write(page, text, editor="Query"):
    """Write into an editor that is empty."""
    page.get_by_role("textbox", name=editor, exact=True).focus()
    page.keyboard.insert_text(text)


def new_tab(page, text):
    """Open a tab with a query."""
    page.get_by_role("button", name="New tab").click()
    write(page, text)


def test_the_first_query_runs(browse, site, accessible):
    """Tabs with queries are there, and the first one gives an answer.

    All can be read in light, and in dark where the system is dark.
    """
    page = browse(f"{site}/graphql", pictures=True)
    expect(page).to_have_title("GraphiQL — newsgraph seeds")
    names = ("NewestStories", "StoriesOfATopic", "Search", "WhoLinksToWhom", "WhatChanged", "Live")
    for name in names:
        expect(page.locator(".graphiql-tab").filter(has_text=name)).to_be_visible()
    run(page)
    expect(answer(page)).to_contain_text(FIRST)
    expect(page.locator(".graphiql-container")).to_have_css("color-scheme", re.compile("light"))
    assert background(page) == (255, 255, 255)
    accessible(page, KNOWN)
    page.emulate_media(color_scheme="dark")
    until(lambda: max(background(page)) < 80, page)
    accessible(page, KNOWN)
    page.get_by_role("link", name="newsgraph seeds").click()
    expect(page).to_have_url(f"{site}/")


def background(page):
    """The colour that GraphiQL stands on."""
    colour = page.locator(".graphiql-container").evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    return tuple(map(int, re.findall(r"\d+", colour)))


def test_the_documentation_and_dialogs_open(browse, site, accessible):
    """From the root down to an argument's words; dialogs need the style that the policy lets in."""
    page = browse(f"{site}/graphql")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.locator(".graphiql-doc-explorer")
    docs.get_by_role("link", name="Query", exact=True).click()
    expect(docs).to_contain_text("One topic, by its slug")
    accessible(page, KNOWN)
    docs.get_by_role("link", name="ArticleConnection").first.click()
    expect(docs).to_contain_text("totalCount")
    for name in ("Open settings dialog", "Open short keys dialog"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.locator("body")).to_have_css("overscroll-behavior", "contain")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_field_is_completed(browse, site):
    """From a few letters, by the keyboard alone."""
    page = browse(f"{site}/graphql")
    page.get_by_role("button", name="New tab").click()
    # There is nothing to offer before the schema is there.
    expect(page.get_by_role("button", name="Re-fetch GraphQL schema")).to_be_enabled()
    page.get_by_role("textbox", name="Query", exact=True).focus()
    page.keyboard.type("{ store { ")
    page.keyboard.press("Control+Space")
    offered = page.locator(".CodeMirror-hint")
    expect(offered.filter(has_text="revision")).to_be_visible()
    expect(offered.filter(has_text="articleCount")).to_be_visible()
    page.keyboard.type("rev")
    expect(offered).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("{ store { revision")
    page.keyboard.press("Control+Enter")
    expect(answer(page)).to_contain_text('"revision": 1')


def test_the_explorer_builds_a_query(browse, site):
    """A click on a field puts it into the query."""
    page = browse(f"{site}/graphql")
    new_tab(page, "query Picked { store { revision } }")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    page.locator(".graphiql-explorer-root").get_by_text("topicCount").click()
    expect(page.locator(".graphiql-query-editor")).to_contain_text("topicCount")
    run(page)
    expect(answer(page)).to_contain_text('"topicCount": 3')


def test_a_subscription_shows_what_is_imported(browse, tmp_path):
    """Over a WebSocket, while the page stays as it is."""
    archive = Archive(tmp_path / "more", Collection())
    archive.text("newsgraph.toml", 'id = "more"\n')
    archive.write("new.md", title="Just in")
    with serving(tmp_path) as (site, _):
        page = browse(f"{site}/graphql")
        page.get_by_role("tab").filter(has_text="Live").first.click()
        sockets, sent = [], []

        def opened(socket):
            sockets.append(socket)
            socket.on("framesent", lambda frame: sent.append(frame))

        page.on("websocket", opened)
        run(page)
        until(lambda: any("subscription Live" in frame for frame in sent), page)
        assert [one.url for one in sockets] == [f"{site.replace('http://', 'ws://')}/graphql"]
        import_beside(tmp_path, archive.folder)
        expect(answer(page)).to_contain_text("Just in")
        page.get_by_role("button", name="Stop query").click()
        expect(page.get_by_role("button", name="Execute query")).to_be_visible()


def test_a_query_of_articles_has_a_feed(browse, site):
    """Made when it is asked for; its addresses work without GraphiQL.

    A tab brings its variables: the largest topic's stories, without anything to fill in. Topics
    are no stories, nor are many topics' articles one feed.
    """
    page = browse(f"{site}/graphql")
    page.get_by_role("tab").filter(has_text="StoriesOfATopic").first.click()
    page.get_by_role("button", name="Variables").click()
    expect(page.locator(".graphiql-editor-tool")).to_contain_text('"slug": "ai"')
    run(page)
    expect(answer(page)).to_contain_text('"articleCount": 4')
    page.get_by_role("button", name="Feed of this query").click()
    for name, version in (("RSS", "rss20"), ("Atom", "atom10"), ("JSON", "json11")):
        address = page.get_by_role("link", name=name, exact=True).get_attribute("href")
        assert address.startswith(f"{site}/feeds/query/")
        feed = httpx.get(address, trust_env=False, verify=WITHOUT_TLS)
        assert feed.status_code == httpx.codes.OK
        if name == "JSON":
            assert len(feed.json()["items"]) == 4
        else:
            parsed = feedparser.parse(feed.content)
            assert (parsed.version, len(parsed.entries)) == (version, 4)
    for query in (
        "{ topics { totalCount } }",
        "{ topics { edges { node { articles { totalCount } } } } }",
        "subscription { articleChanged { token } }",
    ):
        new_tab(page, query)
        expect(page.get_by_role("link", name="Address of this query")).to_have_attribute(
            "href", f"#query={quote(query, safe='').replace('%20', '+')}"
        )
        expect(page.get_by_role("button", name="Feed of this query")).to_have_count(0)


def test_a_feed_that_the_server_refuses_is_told(browse, tmp_path):
    """Where clients may have nothing kept, in the server's words."""
    with serving(tmp_path, options=Options(persisted_bytes=0)) as (site, _):
        page = browse(f"{site}/graphql", expected=[r" 403 "])
        page.get_by_role("button", name="Feed of this query").click()
        expect(page.get_by_role("alert")).to_contain_text("only of the queries that it was given")


def test_an_address_carries_a_query(browse, site):
    """On a first visit and on a later one, beside the tabs that are there."""
    query = "query Shared($n: Int!) { articles(first: $n) { totalCount } }"
    page = browse(f"{site}/graphql#query={quote(query)}&variables={quote(json.dumps({'n': 1}))}")
    run(page)
    expect(answer(page)).to_contain_text('"totalCount": 4')
    expect(page.locator(".graphiql-tab").filter(has_text="NewestStories")).to_be_visible()
    other = f"{site}/graphql#query={quote('query Other { store { revision } }')}"
    page.evaluate("address => { location.href = address; }", other)
    expect(page.locator(".graphiql-tab-active")).to_contain_text("Other")
    run(page)
    expect(answer(page)).to_contain_text('"revision": 1')


def test_a_picture_under_the_pointer_is_not_fetched(browse, site):
    """GraphiQL would ask its publisher for it; `browse` counts what is asked of others."""
    page = browse(f"{site}/graphql")
    new_tab(page, "{ articles(first: 4) { edges { node { images { url } } } } }")
    run(page)
    picture = answer(page).locator(".cm-string").filter(has_text=re.compile(r"\.(jpe?g|png)"))
    picture.first.hover()
    page.mouse.move(0, 0, steps=3)
    picture.first.hover()
    expect(answer(page)).to_contain_text("images")
    page.wait_for_timeout(700)
    assert page.locator(".CodeMirror-info").count() == 0


def test_it_works_below_a_path(browse, tmp_path):
    """With a proxy before us: files, queries and feeds are all found."""
    with serving(tmp_path, prefix="/archive") as (site, _):
        page = browse(f"{site}/graphql", pictures=True)
        run(page)
        expect(answer(page)).to_contain_text(FIRST)
        page.get_by_role("button", name="Feed of this query").click()
        address = page.get_by_role("link", name="RSS", exact=True).get_attribute("href")
        assert address.startswith(f"{site}/feeds/query/")
        feed = httpx.get(address, trust_env=False, verify=WITHOUT_TLS)
        assert feed.status_code == httpx.codes.OK
        page.get_by_role("link", name="newsgraph seeds").click()
        expect(page).to_have_url(f"{site}/")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (Options(introspection=False), "does not tell its schema"),
        (Options(trusted_only=True), "only documents that it was given"),
    ],
)
def test_without_the_schema_it_is_not_broken(browse, tmp_path, options, told, accessible):
    """A notice says what this server does not allow, and nothing fails."""
    with serving(tmp_path, options=options) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.locator(".notice")).to_contain_text(told)
        page.get_by_role("button", name="New tab").click()
        write(page, "{ store { articleCount } }")
        run(page)
        found = "UNTRUSTED_DOCUMENT" if options.trusted_only else '"articleCount": 4'
        expect(answer(page)).to_contain_text(found)
        accessible(page, KNOWN)


def test_without_its_files_a_page_says_so(browse, tmp_path, accessible):
    """A plain one, with a link to the schema that works."""
    nowhere = tmp_path / "nowhere"
    with serving(tmp_path, graphiql_files=nowhere) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.get_by_role("heading", level=1)).to_have_text("GraphiQL is not here")
        expect(page.locator("code").first).to_have_text("make graphiql")
        accessible(page)
        page.get_by_role("link", name="The schema").click()
        expect(page).to_have_url(f"{site}/schema.graphql")


def test_on_a_phone_everything_is_within_reach(browse, site):
    """The answer stands below the query, and nothing sticks out at the side.

    An open pane has the place until it is closed; what is picked in it is in the query then.
    """
    page = browse(f"{site}/graphql", viewport={"width": 390, "height": 800})
    run(page)
    expect(answer(page)).to_contain_text(FIRST)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    editors = page.locator(".graphiql-editors")
    query, result = editors.bounding_box(), answer(page).bounding_box()
    assert result["y"] >= query["y"] + query["height"] - 1
    assert result["width"] > 250
    new_tab(page, "query Picked { store { revision } }")
    width = editors.bounding_box()["width"]
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    explorer = page.locator(".graphiql-explorer-root")
    expect(explorer).to_be_visible()
    expect(editors).not_to_be_visible()
    assert explorer.bounding_box()["width"] > 300
    explorer.get_by_text("topicCount").click()
    page.get_by_role("button", name="Hide GraphiQL Explorer").click()
    expect(editors).to_be_visible()
    assert editors.bounding_box()["width"] == width
    expect(page.locator(".graphiql-query-editor")).to_contain_text("topicCount")
