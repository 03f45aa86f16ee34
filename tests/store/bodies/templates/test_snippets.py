"""Files that pymdownx.snippets includes are included, also in code."""

from __future__ import annotations

from collections import Counter

import pytest

from newsgraph.store.bodies.templates.expand import expand_templates
from newsgraph.store.bodies.templates.snippets import expand_snippets
from tests.store.bodies.link_targets import FakeLinkTargets, make_context

SOURCE = """\
import os
# --8<-- [start:main]
def main():

    # --8<-- [start:inner]
    os.sync()
    # --8<-- [end:inner]
# --8<-- [end:main]
main()
"""
INCLUDES = {
    # Names that are relative to docs/a/page.md.
    "./../../src/a.py": SOURCE,
    "./../note.md": "One\n\ntwo\n",
    "./beside.md": "Beside\n",
    "parts/x.md": "Part",
    "./../outer.md": 'a\n  --8<-- "note.md"\nb',
    "./../loop.md": 'x\n--8<-- "loop.md"\ny',
    "./../1.md": '--8<-- "2.md"',
    "./../2.md": '--8<-- "3.md"',
    "./../3.md": '3\n--8<-- "note.md"',
}
EXPANDED = {
    '--8<-- "src/a.py:1:1"': "import os",
    '```py\n--8<-- "src/a.py::1"\n```': "```py\nimport os\n```",
    '~~~\n-8<--- "src/a.py:9"\n~~~': "~~~\nmain()\n~~~",
    "```\n--8<-- 'src/a.py:8,9'\n```": "```\n# --8<-- [end:main]\nmain()\nmain()\n```",
    '--8<-- "src/a.py:1:1,9:9"': "import os\nmain()",
    '    --8<-- "src/a.py:main"': "    def main():\n\n        os.sync()",
    '> ```\n  --8<-- "src/a.py:inner"': "> ```\n      os.sync()",
    '- a\n\n    ```\n    --8<-- "note.md"\n    ```': "- a\n\n    ```\n    One\n\n    two\n    ```",
    '--8<-- "note.md"\n--8<-- "beside.md"': "One\n\ntwo\nBeside",
    '--8<-- "x.md"': "",
    '--8<-- "parts/x.md"': "Part",
    '--8<-- "outer.md"': "a\n  One\n\n  two\nb",
    '--8<-- "loop.md"': "x\ny",
    ';--8<-- "note.md"\n```\n;;--8<-- "note.md"\n```': (
        '--8<-- "note.md"\n```\n;--8<-- "note.md"\n```'
    ),
    "--8<--\nnote.md\n\n; loop.md\n  beside.md\n--8<--\nEnd": "One\n\ntwo\n\n  Beside\nEnd",
    "--8<--\nText": "--8<--\nText",
    'See `--8<-- "note.md"`.': 'See `--8<-- "note.md"`.',
    '--8<-- "note.md" more': '--8<-- "note.md" more',
}
LEFT_OUT = [
    "missing.md",
    "src/a.py:missing",
    "/etc/hosts",
    "../../../../etc/hosts",
    "https://a.example/x.md",
    ":1:2",
]


def expand(body, kind="mkdocs", includes=INCLUDES):
    """Return an expanded body, and what is left out."""
    left_out = Counter()
    targets = FakeLinkTargets(includes=includes)
    context = make_context(kind, "docs/a/page.md", targets)
    return expand_snippets(body, context, left_out), left_out


@pytest.mark.parametrize(("body", "result"), EXPANDED.items())
def test_included_files(body, result):
    """Lines, sections, lists of files and files in files are as the extension has them."""
    expanded, left_out = expand(body)
    assert expanded == result
    assert bool(left_out) == ('"x.md"' in body)


@pytest.mark.parametrize("name", LEFT_OUT)
@pytest.mark.parametrize("fence", ["", "```\n"])
def test_files_that_are_left_out(name, fence):
    """They are counted, in code, too, as MkDocs shows nothing there."""
    expanded, left_out = expand(f'{fence}--8<-- "{name}"\n{fence}a')
    assert expanded == f"{fence}{fence}a"
    assert left_out == {f'--8<-- "{name}"': 1}


def test_other_archives():
    """There, code can show how a file is included, and `--8<--` is where to cut a page."""
    body = '```\n--8<-- "missing.md"\n```\n--8<--\na\n--8<--'
    assert expand(body, "plain") == (body, Counter())
    assert expand('```\n--8<-- "note.md"\n```', "plain")[0] == "```\nOne\n\ntwo\n```"
    assert expand('--8<-- "missing.md"', "plain")[1].total() == 1


def test_limits():
    """Three files in each other, and 300,000 characters in all, are included."""
    assert expand('--8<-- "1.md"') == ("3", {'--8<-- "note.md"': 1})
    includes = {"./../big.md": "a" * 100_000}
    expanded, left_out = expand('--8<-- "big.md"\n' * 5, includes=includes)
    assert (len(expanded.strip()), left_out.total()) == (200_001, 3)


def test_blocks_of_an_included_file():
    """Admonitions in it, and around it, are read; code in it stays as it is."""
    includes = {"./../note.md": '!!! tip "T"\n    Text {{ x }}\n\n```\n{{ y }}\n```\n'}
    context = make_context("mkdocs", "docs/a/page.md", FakeLinkTargets(includes=includes))
    body = '!!! note "N"\n    --8<-- "note.md"\n'
    expanded = expand_templates(body, context, is_html=False, is_mdx=False)
    assert expanded.text.count("<div") == 2
    assert "\n```\n{{ y }}\n```\n" in expanded.text
    assert expanded.left_out == {"{{ x }}": 1}


@pytest.mark.parametrize("part", ["-", " ", ";", '-8<- "', "--8<--\n", '--8<-- "a"\n', ":1,"])
def test_long_texts(part):
    """The time does not grow with the square of the length, in a body or in a file."""
    text = part * 50_000 + "8<- "
    assert isinstance(expand(f'{text}\n--8<-- "{text}"')[0], str)
    assert expand('--8<-- "note.md:a"', includes={"./../note.md": text})[1].total() == 1
