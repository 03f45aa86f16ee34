"""The screenshots in the README: ``make screenshots`` takes them of a server with the seeds."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.external_programs import require_tool
from tests.server.live import running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

DESKTOP, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 780}

STORY = "/articles/2021-03-12-facebook-will-train-its-ai-by-using-public-videos"

SCREENSHOTS = (
    ("home", "/", DESKTOP, "light"),
    ("story", STORY, DESKTOP, "light"),
    ("graphiql", "/graphql", DESKTOP, "light"),
    ("phone-home", "/", PHONE, "light"),
    ("phone-story", STORY, PHONE, "dark"),
)
"""Name, path, viewport and color scheme of each screenshot."""

# The publishers' pictures are not ours to publish: generated ones replace them.
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 12 8">
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue} 45% 68%)"/>
<stop offset="1" stop-color="hsl({other_hue} 45% 38%)"/></linearGradient></defs>
<rect width="12" height="8" fill="url(#g)"/>
<path d="M0 8 {x} {y} 8 6 12 3V8z" fill="#fff" opacity=".28"/>
<circle cx="{sun_x}" cy="2.4" r="1" fill="#fff" opacity=".5"/></svg>"""


def generate_picture(url: str) -> str:
    """Return an SVG in place of an external picture; it depends only on the picture's URL."""
    digest = hashlib.sha256(url.encode()).digest()
    hue = digest[0] * 360 // 256
    return _PICTURE.format(
        hue=hue,
        other_hue=(hue + 40) % 360,
        x=2 + digest[1] % 4,
        y=3 + digest[2] % 3,
        sun_x=2 + digest[3] % 8,
    )


# Load pictures outside of the viewport, too, so that scrolling does not have to wait for them.
_LOAD_PICTURES = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
}"""


def take_screenshots(browser: Browser, site: str, folder: Path) -> list[Path]:
    """Take all screenshots, without requests to other sites.

    Args:
        browser: the browser.
        site: URL of a server with the seeds.
        folder: where to write the files.

    Returns:
        Paths of the files.
    """
    paths = []
    for name, path, viewport, color_scheme in SCREENSHOTS:
        page = browser.new_page(viewport=viewport, color_scheme=color_scheme)

        def on_request(route: Route) -> None:
            url = route.request.url
            if url.startswith(site):
                route.continue_()
            else:
                route.fulfill(body=generate_picture(url), content_type="image/svg+xml")

        page.route("**/*", on_request)
        page.goto(site + path)
        page.evaluate(_LOAD_PICTURES)
        _prepare(page, path)
        paths.append(folder / f"{name}.png")
        page.screenshot(path=paths[-1])
        page.close()
    return paths


def _prepare(page: Page, path: str) -> None:
    """Run GraphiQL's query, or scroll to an article's graph."""
    if path == "/graphql":
        page.get_by_role("button", name="Execute query").click()
        page.locator(".result-window").get_by_text("totalCount").wait_for()
        page.locator("body").hover()
    elif path == STORY:
        page.locator("figure.coverage").evaluate("element => element.scrollIntoView()")
        page.mouse.wheel(0, -70)
        page.wait_for_timeout(300)


def main() -> None:
    """Take the screenshots again."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(folder) as (site, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=require_tool("chromium"), args=[*CHROMIUM_ARGUMENTS]
        )
        for path in take_screenshots(browser, site, FOLDER):
            print(f"{path.relative_to(FOLDER.parents[1])}: {path.stat().st_size // 1000} kB")  # noqa: T201 - output of a command
        browser.close()


if __name__ == "__main__":
    main()
