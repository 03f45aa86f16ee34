"""GraphiQL where something is missing: a server, a permission, a mouse, or room."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from newsgraph.gql import Options, sha256
from newsgraph.server.graphiql import default_tabs
from tests.browser.conftest import until
from tests.browser.test_graphiql import FIRST, answer, new_tab, run, write
from tests.server.live import serving

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("graphiql")]

TABS = "localStorage.getItem('/graphql:graphiql:tabState') ?? ''"
"""The tabs with their headers, as the browser keeps them a moment after they are written."""

FORBIDDEN = """
Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("Access is denied for this document.", "SecurityError"); } });
"""
"""What a browser does where its settings let sites keep nothing."""

REFUSED = "<html><head><title>401</title></head><body><h1>401 No token</h1></body></html>"


def refuse(route):
    """Answer as a proxy that lets nobody in without a token."""
    if route.request.method == "GET" or "x-token" in route.request.headers:
        route.fallback()
    else:
        route.fulfill(status=401, content_type="text/html", body=REFUSED)


def test_it_works_where_the_browser_keeps_nothing(browse, site):
    """Tabs and headers are gone then at each visit, and all else works."""
    page = browse(f"{site}/healthz")
    page.add_init_script(FORBIDDEN)
    page.goto(f"{site}/graphql")
    run(page)
    expect(answer(page)).to_contain_text(FIRST)


def test_what_a_proxy_says_is_shown(browse, site):
    """In its words, which are no JSON; with the token all goes on, a feed and a next visit too.

    Headers are sent and kept: a proxy's token is not to be typed at each visit.
    """
    page = browse(f"{site}/graphql", expected=[r" 401 "])
    page.context.route("**/graphql", refuse)
    page.context.route("**/feeds/query", refuse)
    run(page)
    expect(answer(page)).to_contain_text("newsgraph answered, with 401: 401 No token")
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("alert")).to_contain_text("401 No token")
    page.get_by_role("button", name="Headers").click()
    write(page, '{ "X-Token": "from a person" }', "Headers")
    until(lambda: "from a person" in page.evaluate(TABS), page)
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("link", name="RSS", exact=True)).to_be_visible()
    with page.expect_request(lambda one: "IntrospectionQuery" in (one.post_data or "")) as sent:
        page.reload()
    assert sent.value.headers["x-token"] == "from a person"
    page.get_by_role("button", name="Headers").click()
    expect(page.locator(".graphiql-editor-tool")).to_contain_text("from a person")
    run(page)
    expect(answer(page)).to_contain_text(FIRST)
    page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")


def test_a_server_that_is_gone_is_told(browse, tmp_path):
    """To a query and to a subscription, and without a trace of GraphiQL's own code."""
    gone = [r"ERR_CONNECTION_REFUSED", r"^Event$"]
    with serving(tmp_path) as (site, _):
        page = browse(f"{site}/graphql", expected=gone)
        run(page)
        expect(answer(page)).to_contain_text(FIRST)
    run(page)
    expect(answer(page)).to_contain_text(f"No answer from {site}/graphql")
    expect(answer(page)).not_to_contain_text("stack")
    page.get_by_role("tab").filter(has_text="Live").first.click()
    run(page)
    expect(answer(page)).to_contain_text("is gone. Run it again.")
    expect(page.get_by_role("button", name="Execute query")).to_be_visible()


def test_the_first_tab_has_its_variables(browse, tmp_path):
    """Where it is the first, because the others may not be run here."""
    empty = b'{"topics": {"edges": []}}'
    (query,) = [
        one.query for one in default_tabs.tabs(empty) if "query StoriesOfATopic" in one.query
    ]
    options = Options(trusted_only=True, trusted_documents={sha256(query): query})
    with serving(tmp_path, options=options) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.locator(".graphiql-editor-tool")).to_contain_text('"slug": "ai"')
        run(page)
        expect(answer(page)).to_contain_text('"articleCount": 4')


def test_who_has_no_mouse_comes_out_of_an_editor(browse, site):
    """In both directions, with the query as it was; Tab still takes what completion offers."""
    page = browse(f"{site}/graphql")
    new_tab(page, "{ store { ")
    expect(page.get_by_role("button", name="Re-fetch GraphQL schema")).to_be_enabled()
    query = page.locator(".graphiql-query-editor")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").filter(has_text="revision")).to_be_visible()
    page.keyboard.type("revi")
    expect(page.locator(".CodeMirror-hint")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(query).to_contain_text("{ store { revision")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Execute query")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="New tab")).to_be_focused()
    link = page.get_by_role("link", name="Address of this query")
    expect(link).to_have_attribute("href", "#query=%7B+store+%7B+revision")
    page.get_by_role("textbox", name="Answer", exact=True).focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()


def test_variables_have_room_on_a_small_screen(browse, site):
    """Upright and not; so has the answer, and all that is set in a dialog is within it."""
    screens = {"width": 360, "height": 640}, {"width": 800, "height": 360}
    page = browse(f"{site}/graphql", viewport=screens[0])
    page.get_by_role("tab").filter(has_text="StoriesOfATopic").first.click()
    page.get_by_role("button", name="Variables").click()
    run(page)
    expect(answer(page)).to_contain_text('"articleCount": 4')
    editor = page.locator(".graphiql-editor-tool > .graphiql-editor:not(.hidden)")
    for screen in screens:
        page.set_viewport_size(screen)
        until(lambda: answer(page).bounding_box()["height"] >= 60, page)
        assert editor.bounding_box()["height"] >= 60
        line = editor.get_by_text('"slug"')
        line.scroll_into_view_if_needed()
        assert line.bounding_box()["y"] < screen["height"] - 10
        page.get_by_role("button", name="Open settings dialog").click()
        dialog = page.get_by_role("dialog")
        assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
