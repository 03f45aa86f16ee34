"""Pages are HTML as its standard has it, says a validator."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.server.pages.kinds import PAGES
from tests.tools import need, need_npm

pytestmark = pytest.mark.process

STANDARD = {"root": True, "extends": ["html-validate:standard"]}


def complaints(folder, pages):
    """What html-validate has to say of pages, by their names: its rules, and where."""
    program = (
        need_npm("html-validate") / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    )
    config = folder / "standard.json"
    config.write_text(json.dumps(STANDARD), "utf-8")
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    command = [need("node"), program, "--config", config, "--formatter", "json", *pages]
    told = subprocess.run(command, capture_output=True, timeout=60, cwd=folder, check=False)
    assert told.returncode in (0, 1), told.stderr
    return {
        one["filePath"].rpartition("/")[2]: [
            (said["ruleId"], said["line"], said["message"]) for said in one["messages"]
        ]
        for one in json.loads(told.stdout)
    }


async def test_every_kind_of_page_is_valid(client, tmp_path):
    """And GraphiQL's, and that the validator would tell."""
    accept = {"Accept": "text/html"}
    pages = {
        f"{number}.html": (await client.get(path, headers=accept)).text
        for number, path in enumerate([*PAGES, "/graphql"])
    }
    assert all(text.startswith("<!doctype html>") for text in pages.values())
    wrong = {"wrong.html": pages["0.html"].replace("<main", "<ul", 1)}
    found = complaints(tmp_path, pages | wrong)
    assert {name for name, told in found.items() if told} == {"wrong.html"}, found
