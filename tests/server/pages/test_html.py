"""Pages are valid HTML, checked with html-validate."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.external_programs import require_npm_package, require_tool
from tests.server.pages.page_paths import PAGES
from tests.store.stored_bodies import BODIES, set_body_html

pytestmark = pytest.mark.process

STANDARD_RULES = {"root": True, "extends": ["html-validate:standard"]}


def validate(folder, pages):
    """Return html-validate's messages about pages.

    Args:
        folder: an empty folder to write the pages to.
        pages: HTML by file name.

    Returns:
        Rule, line and message of each violation, by file name.
    """
    package = require_npm_package("html-validate") / "node_modules" / "html-validate"
    config = folder / "standard.json"
    config.write_text(json.dumps(STANDARD_RULES), "utf-8")
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    command = [
        *(require_tool("node"), package / "bin" / "html-validate.mjs"),
        *("--config", config, "--formatter", "json", *pages),
    ]
    result = subprocess.run(command, capture_output=True, timeout=60, cwd=folder, check=False)
    assert result.returncode in (0, 1), result.stderr
    return {
        file["filePath"].rpartition("/")[2]: [
            (message["ruleId"], message["line"], message["message"]) for message in file["messages"]
        ]
        for file in json.loads(result.stdout)
    }


async def test_every_kind_of_page_is_valid(client, tmp_path):
    """All pages and GraphiQL's page are valid; an invalid page shows that violations are found."""
    accept = {"Accept": "text/html"}
    pages = {
        f"{number}.html": (await client.get(path, headers=accept)).text
        for number, path in enumerate([*PAGES, "/graphql"])
    }
    assert all(text.startswith("<!doctype html>") for text in pages.values())
    invalid = {"invalid.html": pages["0.html"].replace("<main", "<ul", 1)}
    violations = validate(tmp_path, pages | invalid)
    assert {name for name, messages in violations.items() if messages} == {"invalid.html"}, (
        violations
    )


async def test_bodies_are_valid(archive, serve_archive, tmp_path):
    """Only `align` of tables is deprecated; instead, pages would need inline styles."""
    for name in BODIES:
        archive.write_article(f"{name}.md")
    pages = {}
    async with serve_archive(archive) as site:
        for name, body in BODIES.items():
            set_body_html(site.path, f"{name}.md", body)
        for name in BODIES:
            pages[f"{name}.html"] = (await site.http.get(f"/articles/{name}")).text
    folder = tmp_path / "html"
    folder.mkdir()
    for name, messages in validate(folder, pages).items():
        others = [message for message in messages if '"align" is deprecated' not in message[2]]
        assert others == [], name
