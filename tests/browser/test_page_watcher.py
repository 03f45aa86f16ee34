"""The watcher that fails other tests in this package reports errors and external requests."""

from __future__ import annotations

import pytest

from tests.browser.conftest import REPLACEMENT_PNG, PageWatcher, wait_until

pytestmark = pytest.mark.process

POLICY = "<meta http-equiv=content-security-policy content=\"script-src 'none'\">"


@pytest.mark.parametrize(
    ("html", "external_urls", "error"),
    [
        ("<img src=https://elsewhere.example/a.png>", ["https://elsewhere.example/a.png"], ""),
        (
            "<script>new WebSocket('ws://elsewhere.example')</script>",
            ["ws://elsewhere.example/"],
            "",
        ),
        ("<script>console.error('logged')</script>", [], "logged"),
        ("<script>throw new Error('thrown')</script>", [], "thrown"),
        (f"{POLICY}<script>1</script>", [], "forbidden by script-src"),
        ("<img src=/gone.png>", [], " 404 "),
    ],
)
def test_errors_and_external_requests_are_reported(chromium, site, html, external_urls, error):
    """Each kind of error is reported, and requests to other sites are blocked."""
    context, watcher = chromium.new_context(), PageWatcher()
    page = context.new_page()
    watcher.watch(page, site, (), replace_images=False)
    page.route(f"{site}/test", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site}/test")
    wait_until(lambda: any(error in message for message in watcher.errors), page)
    context.close()
    assert watcher.external_urls == external_urls


def test_images_of_other_sites_can_be_replaced(browse, site):
    """Tests of pages with the publishers' images do not depend on other sites."""
    page = browse(f"{site}/schema.graphql", replace_images=True)
    page.set_content("<img src=https://elsewhere.example/a.png>")
    assert page.locator("img").evaluate("image => image.naturalWidth") == 40
    assert REPLACEMENT_PNG.startswith(b"\x89PNG")


def test_expected_errors_are_ignored(browse, site):
    """A test that provokes an error names it."""
    page = browse(f"{site}/schema.graphql", expected_errors=["provoked"])
    page.evaluate("console.error('it is provoked')")
