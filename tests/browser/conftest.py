"""Fixtures: a real browser, which reports errors and requests to other sites."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.external_programs import require_graphiql, require_npm_package, require_tool
from tests.server.live import running_server
from tests.store.archive import Archive

# Without these, Chromium contacts its vendor's servers at every start.
CHROMIUM_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

TIMEOUT_MS = 60_000
"""How long to wait for an element or condition; a busy machine may be slow."""

PHONE = {"viewport": {"width": 360, "height": 740}}

REPLACEMENT_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAVAQAAAAAcYZGzAAAAD0lEQVR42mNYBQIMA0QCACpDRbuEQZJrAAAAAElF"
    "TkSuQmCC"
)
"""Replaces images of other sites; its aspect ratio is that of 1200 x 630 pixels."""

ICON_ERRORS = r" 404 .*/favicon\.ico|ERR_CONNECTION_REFUSED .*/favicon\.(ico|svg)"
"""Browsers request icons by themselves: at the root of the host, even if the site is below a path,
and after a page has loaded, when a test's server may have been stopped."""

# Not all browsers report every violation of a Content-Security-Policy on the console.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("forbidden by", event.violatedDirective, event.blockedURI, event.sample));
"""

PICTURE_SIZES = {
    "unsized": {},
    "sized": {"width": 1200, "height": 630},
    "wrongly-sized": {"width": 300, "height": 300},
}
"""Sizes that documents declare for a picture of 1200 x 630 pixels, by the slug of the article."""

LONG_WORD = "0123456789_" * 20
LONG_TITLE = "Wissenschaftsnachrichtenarchivverwaltungsgesellschaft"
LONG_TOPIC = "What the members of the union have to say of machines that learn"

MARKED_UP_BODY = f"""
<img src="/no-text.png"> <a href="/b"><img src="/linked.png"></a>

```
{LONG_WORD}
```

| a table | that | is wide |
|---|---|---|
| {LONG_WORD} | {LONG_WORD} | x |
"""


def wait_until(condition, page):
    """Wait for a Python condition; a page's policy may forbid `wait_for_function`."""
    for _ in range(TIMEOUT_MS // 20):
        if condition():
            return
        page.wait_for_timeout(20)
    pytest.fail("the condition was not met in time")


@dataclass
class PageWatcher:
    """Collects the errors of pages and their requests to other sites.

    Attributes:
        external_urls: URLs of blocked requests to other sites.
        errors: console errors, uncaught exceptions, and violations of the page's policy.
    """

    external_urls: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page, origin, expected_errors, *, replace_images):
        """Watch a page.

        Args:
            page: the page, before it is opened.
            origin: origin of the site, such as ``http://127.0.0.1:8000``.
            expected_errors: regular expressions of errors to ignore.
            replace_images: whether to replace images of other sites instead of blocking them.
        """

        def add_error(message):
            if not any(re.search(pattern, message) for pattern in (ICON_ERRORS, *expected_errors)):
                self.errors.append(message)

        def on_console(message):
            if message.type == "error":
                add_error(f"{message.text} ({message.location.get('url')})")

        def on_request(route, request):
            if request.url.startswith((f"{origin}/", "data:", "blob:")):
                route.continue_()
            elif replace_images and request.resource_type == "image":
                route.fulfill(body=REPLACEMENT_PNG, content_type="image/png")
            else:
                self.external_urls.append(request.url)
                route.abort()

        def on_websocket(socket):
            if urlsplit(socket.url).netloc != urlsplit(origin).netloc:
                self.external_urls.append(socket.url)

        page.context.route("**/*", on_request)
        page.on("websocket", on_websocket)
        page.on("console", on_console)
        page.on("pageerror", lambda error: add_error(str(error)))
        page.add_init_script(REPORT_VIOLATIONS)


# While Playwright's synchronous API is in use, its event loop runs in this thread, and no other
# one can be started. So the browser is closed with the last test of this package, and asynchronous
# code of these tests runs in threads or processes of its own.
@pytest.fixture(scope="package")
def chromium():
    """Debian's Chromium, headless."""
    path = require_tool("chromium")
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium):
    """Open a URL in a new browser context: `browse(url)` returns Playwright's page.

    At the end of the test, errors and requests to other sites fail it. `expected_errors` are
    regular expressions of errors to ignore; with `replace_images`, images of other sites are
    replaced instead of blocked. Other arguments are Playwright's, such as `color_scheme`.
    """
    contexts, watcher = [], PageWatcher()

    def open_page(url, *, expected_errors=(), replace_images=False, **context_options):
        context = chromium.new_context(**context_options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        watcher.watch(page, origin, expected_errors, replace_images=replace_images)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watcher.external_urls == []
    assert watcher.errors == []


@pytest.fixture
def check_accessibility():
    """Check a page with axe-core: fails for serious and critical violations."""
    source = require_npm_package("axe-core") / "node_modules" / "axe-core" / "axe.min.js"

    def check(page, known_violations=()):
        """Check a page.

        Args:
            page: an open page.
            known_violations: violations to ignore, as pairs of a rule and a part of the HTML.
        """
        # Evaluated instead of added to the page, as the page's policy forbids other scripts.
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(source.read_text("utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        violations = [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node['failureSummary']}"
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
            if not any(
                rule == violation["id"] and part in node["html"] for rule, part in known_violations
            )
        ]
        assert violations == []

    return check


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """URL of a server with the seeds."""
    with running_server(tmp_path_factory.mktemp("site")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def difficult_site(tmp_path_factory):
    """URL of a server with stories that are difficult to lay out."""
    folder = tmp_path_factory.mktemp("difficult")
    archive = Archive(folder / "in")
    archive.write_file("newsgraph.toml", f'id = "difficult"\ntitle = "{LONG_TITLE}"\n')
    for name, size in PICTURE_SIZES.items():
        image = {"url": "https://x.example/a.png", **size}
        archive.write_article(f"{name}.md", body="Text. " * 99, images=[image])
    archive.write_article("long.md", topics=[LONG_TOPIC, LONG_WORD])
    archive.write_article("escaped.md", topics=["人工知能機械学習"])
    archive.write_article("marked-up.md", body=MARKED_UP_BODY)
    linked_image = "[![A cat](https://elsewhere.example/cat.png)](https://b.example/)"
    archive.write_article("linked.md", body=linked_image)
    with running_server(folder, roots=(archive.folder,)) as (url, _):
        yield url


@pytest.fixture(scope="session")
def graphiql():
    """Skip or fail a test if GraphiQL's files have not been downloaded."""
    require_graphiql()


LAYOUT_SHIFT = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  return new Promise((resolve) => {
    let sum = 0;
    const end = performance.now();
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) {
        if (shift.startTime >= end) resolve(sum);
        else sum += shift.value;
      }
    }).observe({type: "layout-shift", buffered: true});
    // This shift is reported after all earlier ones, and so ends the observation.
    document.body.prepend(Object.assign(document.createElement("p"), {textContent: "The end."}));
  });
}"""
"""Script that returns the sum of a page's layout shifts: https://web.dev/articles/cls."""
