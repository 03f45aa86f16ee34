"""GraphiQL where a server, a proxy or the browser itself does not do its part."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_graphiql import FIRST, answer, run, until, write
from tests.server.live import serving

pytestmark = pytest.mark.usefixtures("graphiql")

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
    """In its words, which are no JSON; with the token all goes on, a feed and a next visit too."""
    page = browse(f"{site}/graphql", expected=[r" 401 "])
    page.context.route("**/graphql", refuse)
    page.context.route("**/feeds/query", refuse)
    run(page)
    expect(answer(page)).to_contain_text("newsgraph answered, with 401: 401 No token")
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("alert")).to_contain_text("401 No token")
    page.get_by_role("button", name="Headers").click()
    write(page, '{ "X-Token": "from a person" }', "Headers")
    until(lambda: "from a person" in page.evaluate("JSON.stringify({...localStorage})"), page)
    page.get_by_role("button", name="Feed of this query").click()
    expect(page.get_by_role("link", name="RSS", exact=True)).to_be_visible()
    with page.expect_request(lambda one: "IntrospectionQuery" in (one.post_data or "")) as sent:
        page.reload()
    assert sent.value.headers["x-token"] == "from a person"
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
