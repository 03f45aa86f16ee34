"""GraphiQL without a server, without permissions, without a mouse, and on small screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.graphiql import default_tabs
from tests.browser.conftest import wait_until
from tests.browser.graphiql_page import (
    FIRST_RESULT,
    open_tab,
    result_pane,
    run_query,
    type_into_editor,
)
from tests.server.live import running_server

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("graphiql")]

READ_TABS = "localStorage.getItem('/graphql:graphiql:tabState') ?? ''"
"""Script that returns the saved tabs, with their headers; they are saved with a delay."""

FORBID_STORAGE = """
Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("Access is denied for this document.", "SecurityError"); } });
"""
"""Script that denies access to local storage, as a browser's settings can do."""

UNAUTHORIZED_PAGE = "<html><head><title>401</title></head><body><h1>401 No token</h1></body></html>"


def require_token(route):
    """Respond like a proxy that requires a token for all but the page."""
    is_page = route.request.resource_type == "document"
    if is_page or "x-token" in route.request.headers:
        route.fallback()
    else:
        route.fulfill(status=401, content_type="text/html", body=UNAUTHORIZED_PAGE)


def test_graphiql_works_without_local_storage(browse, site):
    """Queries run, although tabs and headers cannot be saved."""
    page = browse(f"{site}/healthz")
    page.add_init_script(FORBID_STORAGE)
    page.goto(f"{site}/graphql")
    run_query(page)
    expect(result_pane(page)).to_contain_text(FIRST_RESULT)


def test_the_error_of_a_proxy_is_shown(browse, site):
    """The text of a proxy's HTML error page is shown; with the proxy's token, requests succeed.

    The header with the token is sent with all requests, and saved for the next visit.
    """
    page = browse(f"{site}/graphql", expected_errors=[r" 401 "])
    page.context.route("**/graphql", require_token)
    page.context.route(re.compile(r"/feeds/query\?"), require_token)
    run_query(page)
    expect(result_pane(page)).to_contain_text("newsgraph responded, with status 401: 401 No token")
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("alert")).to_contain_text("401 No token")
    page.get_by_role("button", name="Headers").click()
    type_into_editor(page, '{ "X-Token": "from a person" }', "Headers")
    wait_until(lambda: "from a person" in page.evaluate(READ_TABS), page)
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("link", name="RSS", exact=True)).to_be_visible()
    with page.expect_request(
        lambda request: "IntrospectionQuery" in (request.post_data or "")
    ) as introspection:
        page.reload()
    assert introspection.value.headers["x-token"] == "from a person"
    page.get_by_role("button", name="Headers").click()
    expect(page.locator(".graphiql-editor-tool")).to_contain_text("from a person")
    run_query(page)
    expect(result_pane(page)).to_contain_text(FIRST_RESULT)
    page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")


def test_an_unreachable_server_is_reported(browse, tmp_path):
    """Queries and subscriptions show a message without a JavaScript stack trace."""
    expected_errors = [r"ERR_CONNECTION_REFUSED", r"^Event$"]
    with running_server(tmp_path) as (site, _):
        page = browse(f"{site}/graphql", expected_errors=expected_errors)
        run_query(page)
        expect(result_pane(page)).to_contain_text(FIRST_RESULT)
    run_query(page)
    expect(result_pane(page)).to_contain_text(f"No response from {site}/graphql")
    expect(result_pane(page)).not_to_contain_text("stack")
    page.get_by_role("tab").filter(has_text="Live").first.click()
    run_query(page)
    expect(result_pane(page)).to_contain_text("is gone. Run it again.")
    expect(page.get_by_role("button", name="Execute query")).to_be_visible()


def test_the_first_tab_has_its_variables(browse, tmp_path):
    """A tab becomes the first one if the server does not trust the documents before it."""
    empty_result = b'{"topics": {"edges": []}}'
    (query,) = [
        tab.query
        for tab in default_tabs.build_tabs(empty_result)
        if "query StoriesOfATopic" in tab.query
    ]
    options = Options(trusted_only=True, trusted_documents={sha256(query): query})
    with running_server(tmp_path, options=options) as (site, _):
        page = browse(f"{site}/graphql")
        expect(page.locator(".graphiql-editor-tool")).to_contain_text('"slug": "ai"')
        run_query(page)
        expect(result_pane(page)).to_contain_text('"articleCount": 4')


def test_tab_and_shift_tab_leave_the_editors(browse, site):
    """The query stays as it is; while completion is open, Tab accepts the suggestion."""
    page = browse(f"{site}/graphql")
    open_tab(page, "{ store { ")
    expect(page.get_by_role("button", name="Re-fetch GraphQL schema")).to_be_enabled()
    editor = page.locator(".graphiql-query-editor")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").filter(has_text="revision")).to_be_visible()
    page.keyboard.type("revi")
    expect(page.locator(".CodeMirror-hint")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(editor).to_contain_text("{ store { revision")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Execute query")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="New tab")).to_be_focused()
    link = page.get_by_role("link", name="Address of this query")
    expect(link).to_have_attribute("href", "#query=%7B+store+%7B+revision")
    page.get_by_role("textbox", name="Response", exact=True).focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()


def test_variables_and_dialogs_fit_small_screens(browse, site):
    """Variables and result are visible in portrait and landscape, and dialogs do not overflow."""
    viewports = {"width": 360, "height": 640}, {"width": 800, "height": 360}
    page = browse(f"{site}/graphql", viewport=viewports[0])
    page.get_by_role("tab").filter(has_text="StoriesOfATopic").first.click()
    page.get_by_role("button", name="Variables").click()
    run_query(page)
    expect(result_pane(page)).to_contain_text('"articleCount": 4')
    editor = page.locator(".graphiql-editor-tool > .graphiql-editor:not(.hidden)")
    for viewport in viewports:
        page.set_viewport_size(viewport)
        wait_until(lambda: result_pane(page).bounding_box()["height"] >= 60, page)
        assert editor.bounding_box()["height"] >= 60
        line = editor.get_by_text('"slug"')
        line.scroll_into_view_if_needed()
        assert line.bounding_box()["y"] < viewport["height"] - 10
        page.get_by_role("button", name="Open settings dialog").click()
        dialog = page.get_by_role("dialog")
        assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
