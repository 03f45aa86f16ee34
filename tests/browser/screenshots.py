"""The pictures of the README: ``make screenshots`` takes them of a server of the seeds."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.conftest import QUIET
from tests.server.live import serving
from tests.tools import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

DESKTOP, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 780}

STORY = "/articles/2021-03-12-facebook-will-train-its-ai-by-using-public-videos"

SHOTS = (
    ("home", "/", DESKTOP, "light"),
    ("story", STORY, DESKTOP, "light"),
    ("graphiql", "/graphql", DESKTOP, "light"),
    ("phone-home", "/", PHONE, "light"),
    ("phone-story", STORY, PHONE, "dark"),
)
"""Name, address, screen and colours of each."""

# Publishers' pictures are theirs: in their place each address has a picture of its own.
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 12 8">
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue} 45% 68%)"/>
<stop offset="1" stop-color="hsl({other} 45% 38%)"/></linearGradient></defs>
<rect width="12" height="8" fill="url(#g)"/>
<path d="M0 8 {x} {y} 8 6 12 3V8z" fill="#fff" opacity=".28"/>
<circle cx="{sun}" cy="2.4" r="1" fill="#fff" opacity=".5"/></svg>"""


def picture(address: str) -> str:
    """Return an SVG that stands for a picture of another site, always the same for one address."""
    digest = hashlib.sha256(address.encode()).digest()
    hue = digest[0] * 360 // 256
    return _PICTURE.format(
        hue=hue,
        other=(hue + 40) % 360,
        x=2 + digest[1] % 4,
        y=3 + digest[2] % 3,
        sun=2 + digest[3] % 8,
    )


# Pictures that are not in sight yet are fetched too: nothing has to be waited for later.
_PICTURES = """async () => {
  for (const picture of document.images) picture.loading = "eager";
  await Promise.all([...document.images].map((one) => one.decode().catch(() => {})));
}"""


def take(browser: Browser, site: str, folder: Path) -> list[Path]:
    """Take all pictures of a site into a folder; nothing is asked of others."""
    taken = []
    for name, path, screen, scheme in SHOTS:
        page = browser.new_page(viewport=screen, color_scheme=scheme)

        def answered(route: Route) -> None:
            address = route.request.url
            if address.startswith(site):
                route.continue_()
            else:
                route.fulfill(body=picture(address), content_type="image/svg+xml")

        page.route("**/*", answered)
        page.goto(site + path)
        page.evaluate(_PICTURES)
        _prepare(page, path)
        taken.append(folder / f"{name}.png")
        page.screenshot(path=taken[-1])
        page.close()
    return taken


def _prepare(page: Page, path: str) -> None:
    if path == "/graphql":
        page.get_by_role("button", name="Execute query").click()
        page.locator(".result-window").get_by_text("totalCount").wait_for()
        page.locator("body").hover()
    elif path == STORY:
        page.locator("figure.coverage").evaluate("element => element.scrollIntoView()")
        page.mouse.wheel(0, -70)
        page.wait_for_timeout(300)


def main() -> None:
    """Take them anew."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(folder) as (site, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=need("chromium"), args=[*QUIET])
        for path in take(browser, site, FOLDER):
            print(f"{path.relative_to(FOLDER.parents[1])}: {path.stat().st_size // 1000} kB")  # noqa: T201 - a command's words
        browser.close()


if __name__ == "__main__":
    main()
