"""A real browser, which sees to it that a page asks nobody else and has no troubles."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.server.live import serving
from tests.tools import need, need_graphiql, need_npm

# Without these, Chromium calls home at every start.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

MILLISECONDS = 60_000
"""How long the browser looks for what should be there; a busy machine may take its time."""

PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAVAQAAAAAcYZGzAAAAD0lEQVR42mNYBQIMA0QCACpDRbuEQZJrAAAAAElF"
    "TkSuQmCC"
)
"""A PNG in the place of pictures of other sites, as wide for its height as 1200 for 630."""

NO_ICON = r" 404 .*/favicon\.ico|ERR_CONNECTION_REFUSED .*/favicon\.(ico|svg)"
"""Browsers ask a host for one by themselves: also above the path that a site is below, and after
they have shown the page, when a test's server may have ended."""

# What a policy forbids is told on the console too, but not by all browsers and not for all.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("forbidden by", event.violatedDirective, event.blockedURI, event.sample));
"""


def until(holds, page):
    """Wait for what a page does by itself; a policy may let no `wait_for_function` in."""
    for _ in range(MILLISECONDS // 20):
        if holds():
            return
        page.wait_for_timeout(20)
    pytest.fail("it has not come to it")


@dataclass
class Seen:
    """What a browser did beside what it was asked.

    Attributes:
        outside: what it asked of others; none of it went out.
        troubles: errors of the console and of scripts, and what the page's policy forbade.
    """

    outside: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def watch(self, page, origin, expected, pictures):
        """Watch a page of an origin; troubles that match what is expected are none."""

        def trouble(told):
            if not any(re.search(one, told) for one in (NO_ICON, *expected)):
                self.troubles.append(told)

        def said(message):
            if message.type == "error":
                trouble(f"{message.text} ({message.location.get('url')})")

        def asked(route, request):
            if request.url.startswith((f"{origin}/", "data:", "blob:")):
                route.continue_()
            elif pictures and request.resource_type == "image":
                route.fulfill(body=PICTURE, content_type="image/png")
            else:
                self.outside.append(request.url)
                route.abort()

        def connected(socket):
            if urlsplit(socket.url).netloc != urlsplit(origin).netloc:
                self.outside.append(socket.url)

        page.context.route("**/*", asked)
        page.on("websocket", connected)
        page.on("console", said)
        page.on("pageerror", lambda error: trouble(str(error)))
        page.add_init_script(TELL_VIOLATIONS)


# While Playwright runs, its event loop seems to run in this thread: no other may be started. So
# it ends with this folder, and what is asynchronous here has a thread or a process of its own.
@pytest.fixture(scope="package")
def chromium():
    """Debian's Chromium, without a window."""
    path = need("chromium")
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium):
    """Open a page, in a browser that knows nothing yet: `browse(address)`.

    When the test ends, there must have been no trouble and nothing asked of other sites.
    `expected` lists troubles that are no surprise; with `pictures`, those of other sites are
    replaced rather than missed. All else is Playwright's, such as `color_scheme`.
    """
    contexts, seen = [], Seen()

    def open_page(address, *, expected=(), pictures=False, **settings):
        context = chromium.new_context(**settings)
        contexts.append(context)
        context.set_default_timeout(MILLISECONDS)
        page = context.new_page()
        parts = urlsplit(address)
        seen.watch(page, f"{parts.scheme}://{parts.netloc}", expected, pictures)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert seen.outside == []
    assert seen.troubles == []


@pytest.fixture
def accessible():
    """Check a page by axe-core: `accessible(page)` fails where people are kept out."""
    source = need_npm("axe-core") / "node_modules" / "axe-core" / "axe.min.js"

    def check(page, known=()):
        """Check a page; `known` has what cannot be mended here, as (rule, part of the HTML)."""
        # Evaluated, and not added to the page: its policy lets no script of others in.
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(source.read_text("utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        grave = [
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
            if not any(rule == one["id"] and part in node["html"] for rule, part in known)
        ]
        assert grave == []

    return check


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a server of the seeds."""
    with serving(tmp_path_factory.mktemp("site")) as (address, _):
        yield address


@pytest.fixture(scope="session")
def graphiql():
    """A machine that has GraphiQL's files."""
    need_graphiql()
