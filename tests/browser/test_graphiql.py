"""GraphiQL in a real browser: the features that docs/graphiql.md describes."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import feedparser
import httpx
import pytest
from playwright.sync_api import expect

from newsgraph.gql.options import Options
from newsgraph.store.documents.collection_settings import Collection
from tests.browser.conftest import wait_until
from tests.browser.graphiql_page import (
    FIRST_RESULT,
    KNOWN_VIOLATIONS,
    open_tab,
    result_pane,
    run_query,
    type_into_editor,
)
from tests.server.live import NO_CERTIFICATES, import_externally, running_server
from tests.store.archive import Archive

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("graphiql")]


def test_the_first_query_runs(browse, site, check_accessibility):
    """The page opens with tabs of example queries, and is accessible in light and dark mode."""
    page = browse(f"{site}/graphql", replace_images=True)
    expect(page).to_have_title("GraphiQL — newsgraph seeds")
    names = ("NewestStories", "StoriesOfATopic", "Search", "WhoLinksToWhom", "WhatChanged", "Live")
    for name in names:
        expect(page.locator(".graphiql-tab").filter(has_text=name)).to_be_visible()
    run_query(page)
    expect(result_pane(page)).to_contain_text(FIRST_RESULT)
    expect(page.locator(".graphiql-container")).to_have_css("color-scheme", re.compile("light"))
    assert background_color(page) == (255, 255, 255)
    check_accessibility(page, KNOWN_VIOLATIONS)
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: max(background_color(page)) < 80, page)
    check_accessibility(page, KNOWN_VIOLATIONS)
    page.get_by_role("link", name="newsgraph seeds").click()
    expect(page).to_have_url(f"{site}/")


def background_color(page):
    """Return GraphiQL's background color as red, green and blue."""
    color = page.locator(".graphiql-container").evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    return tuple(map(int, re.findall(r"\d+", color)))


def test_documentation_and_dialogs_open(browse, site, check_accessibility):
    """Documentation has descriptions; the style that dialogs add is allowed by the policy."""
    page = browse(f"{site}/graphql")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = page.locator(".graphiql-doc-explorer")
    docs.get_by_role("link", name="Query", exact=True).click()
    expect(docs).to_contain_text("A topic, by its slug")
    check_accessibility(page, KNOWN_VIOLATIONS)
    docs.get_by_role("link", name="ArticleConnection").first.click()
    expect(docs).to_contain_text("totalCount")
    for name in ("Open settings dialog", "Open short keys dialog"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.locator("body")).to_have_css("overscroll-behavior", "contain")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_fields_are_completed(browse, site):
    """Completion works with the keyboard alone."""
    page = browse(f"{site}/graphql")
    page.get_by_role("button", name="New tab").click()
    # Completion needs the schema.
    expect(page.get_by_role("button", name="Re-fetch GraphQL schema")).to_be_enabled()
    page.get_by_role("textbox", name="Query", exact=True).focus()
    page.keyboard.type("{ store { ")
    page.keyboard.press("Control+Space")
    suggestions = page.locator(".CodeMirror-hint")
    expect(suggestions.filter(has_text="revision")).to_be_visible()
    expect(suggestions.filter(has_text="articleCount")).to_be_visible()
    page.keyboard.type("rev")
    expect(suggestions).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("{ store { revision")
    page.keyboard.press("Control+Enter")
    expect(result_pane(page)).to_contain_text('"revision": 1')


def test_the_explorer_builds_a_query(browse, site):
    """Clicking a field adds it to the query."""
    page = browse(f"{site}/graphql")
    open_tab(page, "query Picked { store { revision } }")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    page.locator(".graphiql-explorer-root").get_by_text("topicCount").click()
    expect(page.locator(".graphiql-query-editor")).to_contain_text("topicCount")
    run_query(page)
    expect(result_pane(page)).to_contain_text('"topicCount": 3')


def test_a_subscription_shows_imported_articles(browse, tmp_path):
    """The subscription uses a WebSocket and can be stopped."""
    archive = Archive(tmp_path / "more", Collection())
    archive.write_file("newsgraph.toml", 'id = "more"\n')
    archive.write_article("new.md", title="Just in")
    with running_server(tmp_path) as (site, _):
        page = browse(f"{site}/graphql")
        page.get_by_role("tab").filter(has_text="Live").first.click()
        sockets, sent_frames = [], []

        def on_websocket(socket):
            sockets.append(socket)
            socket.on("framesent", lambda frame: sent_frames.append(frame))

        page.on("websocket", on_websocket)
        run_query(page)
        wait_until(lambda: any("subscription Live" in frame for frame in sent_frames), page)
        urls = [socket.url for socket in sockets]
        assert urls == [f"{site.replace('http://', 'ws://')}/graphql"]
        import_externally(tmp_path, archive.folder)
        expect(result_pane(page)).to_contain_text("Just in")
        page.get_by_role("button", name="Stop query").click()
        expect(page.get_by_role("button", name="Execute query")).to_be_visible()


def test_a_query_of_articles_has_a_feed(browse, site):
    """The feed is created on request, and its URLs work outside of GraphiQL.

    The tab's variables are filled in with the largest topic. Queries that return other things than
    a single list of articles have a link to share them, but no feed.
    """
    page = browse(f"{site}/graphql")
    page.get_by_role("tab").filter(has_text="StoriesOfATopic").first.click()
    page.get_by_role("button", name="Variables").click()
    expect(page.locator(".graphiql-editor-tool")).to_contain_text('"slug": "ai"')
    run_query(page)
    expect(result_pane(page)).to_contain_text('"articleCount": 4')
    page.get_by_role("button", name="Feed of this query").click()
    for name, version in (("RSS", "rss20"), ("Atom", "atom10"), ("JSON", "json11")):
        url = page.get_by_role("link", name=name, exact=True).get_attribute("href")
        assert url.startswith(f"{site}/feeds/query/")
        feed = httpx.get(url, trust_env=False, verify=NO_CERTIFICATES)
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
        open_tab(page, query)
        expect(page.get_by_role("link", name="Address of this query")).to_have_attribute(
            "href", f"#query={quote(query, safe='').replace('%20', '+')}"
        )
        expect(page.get_by_role("button", name="Feed of this query")).to_have_count(0)


def test_the_error_for_a_refused_feed_is_shown(browse, site):
    """The alert has the server's message, such as for a variable without a value."""
    query = "query ($n: Int!) { articles(first: $n) { totalCount } }"
    page = browse(f"{site}/graphql#query={quote(query)}", expected_errors=[r" 400 "])
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("alert")).to_contain_text("is given wrong variables")


def test_a_url_contains_a_query(browse, site):
    """A query and variables in the fragment open in a new tab, on first and later visits."""
    query = "query Shared($n: Int!) { articles(first: $n) { totalCount } }"
    page = browse(f"{site}/graphql#query={quote(query)}&variables={quote(json.dumps({'n': 1}))}")
    run_query(page)
    expect(result_pane(page)).to_contain_text('"totalCount": 4')
    expect(page.locator(".graphiql-tab").filter(has_text="NewestStories")).to_be_visible()
    other_url = f"{site}/graphql#query={quote('query Other { store { revision } }')}"
    page.evaluate("url => { location.href = url; }", other_url)
    expect(page.locator(".graphiql-tab-active")).to_contain_text("Other")
    run_query(page)
    expect(result_pane(page)).to_contain_text('"revision": 1')


def test_hovering_an_image_url_does_not_load_the_image(browse, site):
    """GraphiQL's preview would request it from its publisher, which `browse` reports."""
    page = browse(f"{site}/graphql")
    open_tab(page, "{ articles(first: 4) { edges { node { images { url } } } } }")
    run_query(page)
    image_urls = (
        result_pane(page).locator(".cm-string").filter(has_text=re.compile(r"\.(jpe?g|png)"))
    )
    image_urls.first.hover()
    page.mouse.move(0, 0, steps=3)
    image_urls.first.hover()
    expect(result_pane(page)).to_contain_text("images")
    page.wait_for_timeout(700)
    assert page.locator(".CodeMirror-info").count() == 0


def test_graphiql_works_below_a_path(browse, tmp_path):
    """Files, queries and feeds are found behind a proxy that strips a path prefix."""
    with running_server(tmp_path, prefix="/archive") as (site, _):
        page = browse(f"{site}/graphql", replace_images=True)
        run_query(page)
        expect(result_pane(page)).to_contain_text(FIRST_RESULT)
        page.get_by_role("button", name="Feed of this query").click()
        url = page.get_by_role("link", name="RSS", exact=True).get_attribute("href")
        assert url.startswith(f"{site}/feeds/query/")
        feed = httpx.get(url, trust_env=False, verify=NO_CERTIFICATES)
        assert feed.status_code == httpx.codes.OK
        page.get_by_role("link", name="newsgraph seeds").click()
        expect(page).to_have_url(f"{site}/")


@pytest.mark.parametrize(
    ("options", "notice"),
    [
        (Options(introspection=False), "does not publish its schema"),
        (Options(trusted_only=True), "only documents that it was given"),
    ],
)
def test_graphiql_works_without_introspection(
    browse, tmp_path, options, notice, check_accessibility
):
    """A notice says what the server does not allow, and there are no script errors."""
    with running_server(tmp_path, options=options) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.locator(".notice")).to_contain_text(notice)
        page.get_by_role("button", name="New tab").click()
        type_into_editor(page, "{ store { articleCount } }")
        run_query(page)
        expected = "UNTRUSTED_DOCUMENT" if options.trusted_only else '"articleCount": 4'
        expect(result_pane(page)).to_contain_text(expected)
        check_accessibility(page, KNOWN_VIOLATIONS)


def test_the_page_without_graphiql_explains_the_installation(browse, tmp_path, check_accessibility):
    """Without the downloaded files, a plain page says how to get them and links to the schema."""
    nowhere = tmp_path / "nowhere"
    with running_server(tmp_path, graphiql_files=nowhere) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.get_by_role("heading", level=1)).to_have_text("GraphiQL is not installed")
        expect(page.locator("code").first).to_have_text("make graphiql")
        check_accessibility(page)
        page.get_by_role("link", name="The schema").click()
        expect(page).to_have_url(f"{site}/schema.graphql")


def test_graphiql_works_on_a_phone(browse, site):
    """The result is below the query, nothing overflows, and an open pane covers the editors."""
    page = browse(f"{site}/graphql", viewport={"width": 390, "height": 800})
    run_query(page)
    expect(result_pane(page)).to_contain_text(FIRST_RESULT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    editors = page.locator(".graphiql-editors")
    query_box, result_box = editors.bounding_box(), result_pane(page).bounding_box()
    assert result_box["y"] >= query_box["y"] + query_box["height"] - 1
    assert result_box["width"] > 250
    open_tab(page, "query Picked { store { revision } }")
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
