"""What the other tests here rely on: that a browser's troubles are seen."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PICTURE, Seen, until

pytestmark = pytest.mark.process

POLICY = "<meta http-equiv=content-security-policy content=\"script-src 'none'\">"


@pytest.mark.parametrize(
    ("html", "outside", "trouble"),
    [
        ("<img src=https://elsewhere.example/a.png>", ["https://elsewhere.example/a.png"], ""),
        (
            "<script>new WebSocket('ws://elsewhere.example')</script>",
            ["ws://elsewhere.example/"],
            "",
        ),
        ("<script>console.error('so it is')</script>", [], "so it is"),
        ("<script>throw new Error('not meant')</script>", [], "not meant"),
        (f"{POLICY}<script>1</script>", [], "forbidden by script-src"),
        ("<img src=/gone.png>", [], " 404 "),
    ],
)
def test_troubles_are_seen(chromium, site, html, outside, trouble):
    """Requests of others, errors of each kind, and what a policy forbids."""
    context, seen = chromium.new_context(), Seen()
    page = context.new_page()
    seen.watch(page, site, (), pictures=False)
    page.route(f"{site}/made", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site}/made")
    until(lambda: any(trouble in told for told in seen.troubles), page)
    context.close()
    assert seen.outside == outside


def test_pictures_of_others_can_be_replaced(browse, site):
    """Pages show publishers' pictures; whether they are there is not ours to test."""
    page = browse(f"{site}/schema.graphql", pictures=True)
    page.set_content("<img src=https://elsewhere.example/a.png>")
    assert page.locator("img").evaluate("image => image.naturalWidth") == 40
    assert PICTURE.startswith(b"\x89PNG")


def test_what_is_expected_is_no_trouble(browse, site):
    """An error that a test provokes is named by it."""
    page = browse(f"{site}/schema.graphql", expected=["provoked"])
    page.evaluate("console.error('it is provoked')")
