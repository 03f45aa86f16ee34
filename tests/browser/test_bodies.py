"""Bodies with everything that stored HTML can have, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAYOUT_SHIFT, PHONE
from tests.server.body_cases import CASES
from tests.server.live import running_server
from tests.store.archive import Archive
from tests.store.stored_bodies import BODIES, set_body_html

pytestmark = pytest.mark.process

PLAYER = '<!doctype html><title>Player</title><button>Play</button><img src="/poster.png">'
# Files that the bodies refer to do not exist.
EXPECTED_ERRORS = (r"404 .*/files/",)


@pytest.fixture(scope="module")
def bodies_site(tmp_path_factory):
    """URL of a server with an article for each body, and one with all of them."""
    folder = tmp_path_factory.mktemp("bodies")
    archive = Archive(folder / "in")
    bodies = BODIES | {"all": "".join(BODIES.values())}
    for name in bodies:
        archive.write_article(f"{name}.md", title=f"About {name}")
    with running_server(folder, roots=(archive.folder,)) as (url, _):
        for name, body in bodies.items():
            set_body_html(folder / "live.db", f"{name}.md", body)
        yield url


def test_bodies_are_accessible(browse, bodies_site, check_accessibility):
    """They are on all screens and in both color schemes, and shift no content."""
    page = browse(f"{bodies_site}/healthz", replace_images=True, expected_errors=EXPECTED_ERRORS)
    for viewport in (page.viewport_size, PHONE["viewport"]):
        page.set_viewport_size(viewport)
        page.goto(f"{bodies_site}/articles/all")
        for color_scheme in ("light", "dark"):
            page.emulate_media(color_scheme=color_scheme)
            check_accessibility(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert page.evaluate(LAYOUT_SHIFT) == 0


def test_footnotes_lead_there_and_back(browse, bodies_site):
    """Links to footnotes and back stay on the page."""
    url = f"{bodies_site}/articles/footnotes"
    page = browse(url)
    for name, target in (("2", "fn:dünung"), ("Back to reference 2", "fnref:dünung")):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.evaluate("document.querySelector(':target').id") == target
        assert page.url.partition("#")[0] == url


def test_the_skip_link_leads_to_the_page_s_own_content(browse, bodies_site):
    """A body cannot have an element with the same id."""
    page = browse(
        f"{bodies_site}/articles/text", replace_images=True, expected_errors=EXPECTED_ERRORS
    )
    expect(page.locator("#page-main")).to_have_count(1)
    page.get_by_role("link", name="not the page").click()
    assert page.evaluate("document.querySelector(':target').textContent").startswith("This id")


def test_players_load_when_asked_for(browse, bodies_site):
    """A button replaces itself with the player, in a sandbox; before, nothing is loaded."""
    requests = []
    page = browse(f"{bodies_site}/healthz", expected_errors=EXPECTED_ERRORS)

    def respond(route, request):
        requests.append(request)
        is_player = request.resource_type == "document"
        route.fulfill(body=PLAYER if is_player else "", content_type="text/html")

    for host in ("video", "media"):
        page.route(f"https://{host}.example/**", respond)
    page.goto(f"{bodies_site}/articles/embeds", wait_until="networkidle")
    assert requests == []
    expect(page.locator("iframe, video, audio")).to_have_count(0)

    page.get_by_role("button", name="Load content from video.example").focus()
    page.keyboard.press("Enter")
    frame = page.locator("iframe")
    expect(frame).to_be_focused()
    expect(frame).to_have_attribute("title", "The harbour")
    expect(page.frame_locator("iframe").get_by_role("button", name="Play")).to_be_visible()
    tokens = frame.get_attribute("sandbox").split()
    assert not {"allow-top-navigation", "allow-forms", "allow-modals"} & set(tokens)
    assert requests[0].all_headers()["referer"] == f"{bodies_site}/"
    expect(page.get_by_role("link", name="The harbour")).to_be_visible()

    for tag, label in (("video", "Film"), ("audio", "The tide")):
        page.get_by_role("button", name=f"Load {tag}").click()
        player = page.locator(tag)
        expect(player).to_have_attribute("controls", "")
        expect(player).to_have_attribute("aria-label", label)
        expect(player).to_be_focused()
    expect(page.get_by_role("button", name="Load")).to_have_count(0)
    expect(page.get_by_role("link", name="Plan")).to_be_visible()
    hosts = {request.url.split("/")[2] for request in requests}
    assert hosts == {"video.example", "media.example"}


def test_players_are_accessible(browse, bodies_site, check_accessibility):
    """So they are after they have been loaded, and they fit on a phone."""
    page = browse(f"{bodies_site}/healthz", expected_errors=EXPECTED_ERRORS, **PHONE)
    page.route("https://*.example/**", lambda route: route.fulfill(body=PLAYER))
    page.goto(f"{bodies_site}/articles/embeds")
    for button in page.get_by_role("button", name="Load").all()[::-1]:
        button.click()
    expect(page.locator("iframe, video, audio")).to_have_count(3)
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_embeds_are_links_without_scripts(browse, bodies_site):
    """There is no button that does nothing."""
    page = browse(f"{bodies_site}/articles/embeds", java_script_enabled=False)
    expect(page.get_by_role("link", name="Film")).to_be_visible()
    expect(page.get_by_role("button", name="Load")).to_have_count(0)
    expect(page.locator("button[data-load]").first).to_be_hidden()


def test_tasks_and_code_are_read_aloud(browse, bodies_site):
    """Check boxes have a name and a state, and cannot be changed; code keeps its blanks."""
    page = browse(f"{bodies_site}/articles/tasks")
    expect(page.get_by_role("checkbox", name="Done", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="Not done")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Not done")).to_be_disabled()
    page.goto(f"{bodies_site}/articles/code")
    expect(page.locator("pre").first).to_contain_text("if tide  < 3\n    # low\nend\n")
    keyword = page.locator("pre .k").first
    weight = keyword.evaluate("element => getComputedStyle(element).fontWeight")
    assert weight == "700"


def test_imported_bodies_are_accessible(browse, tmp_path, check_accessibility):
    """So is what an import makes of each kind of body, and nothing of it is wider than a phone."""
    for name, case in CASES.items():
        case.write(tmp_path / name, name)
    roots = tuple(tmp_path / name for name in CASES)
    expected_errors = (r"404 .*/articles/img/",)
    with running_server(tmp_path, roots=roots) as (url, _):
        page = browse(f"{url}/healthz", replace_images=True, expected_errors=expected_errors)
        for name in CASES:
            page.goto(f"{url}/articles")
            page.get_by_role("link", name=name, exact=True).first.click()
            expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
            check_accessibility(page)
            page.set_viewport_size(PHONE["viewport"])
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
