"""Search boxes suggest searches while somebody types in them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.process


@pytest.mark.parametrize("path", ["/", "/topics/ai", "/search?q=nothing"])
def test_searches_are_suggested(browse, site, path):
    """They follow what is typed, and none are left when the box is empty."""
    page = browse(site + path, replace_images=True)
    box = page.get_by_role("combobox", name="Search all stories")
    box.fill("")
    suggestions = page.locator("datalist option")
    box.press_sequentially("facebook vid")
    expect(suggestions.first).to_have_attribute("value", "facebook videos")
    for _ in "ook vid":
        box.press("Backspace")
    expect(suggestions.first).to_have_attribute("value", "Facebook AI")
    expect(suggestions).to_have_count(2)
    for _ in "faceb":
        box.press("Backspace")
    expect(suggestions).to_have_count(0)


def test_only_typing_requests_suggestions(browse, site):
    """A search that was chosen from the list is sent as it is, and works without suggestions."""
    page = browse(f"{site}/", expected_errors=["503"], replace_images=True)
    page.route("**/search/suggest*", lambda route: route.fulfill(status=503, body="Not now."))
    box = page.get_by_role("combobox", name="Search all stories")
    with page.expect_response("**/search/suggest*"):
        box.press_sequentially("facebook")
    box.press("Enter")
    expect(page).to_have_url(f"{site}/search?q=facebook")
