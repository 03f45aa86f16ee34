"""Fenced code is recognized line by line."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.fences import FENCE, FenceReader, ends_fence, match_fence_line

BLOCKS = {
    # lines: those that are part of fenced code
    "a\n```\nb\n```\nc": "```\nb\n```",
    "```ruby\na\n~~~\n``\n````\nb": "```ruby\na\n~~~\n``\n````",
    "~~~~ a`b\n~~~\n~~~~ c\n~~~~\nd": "~~~~ a`b\n~~~\n~~~~ c\n~~~~",
    "- ```\n  a\n  ```\n- b": "- ```\n  a\n  ```",
    "> 1. ```\n>    a\n>    ```\n> b": "> 1. ```\n>    a\n>    ```",
    "- > ~~~\n  > ~~~\nb": "- > ~~~\n  > ~~~",
    "```a``` b\n``\nc": "",
    "a ```\n```\nb": "```\nb",
}


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize(("markdown", "code"), BLOCKS.items())
def test_lines_of_code(markdown, code, end):
    """Fences are part of it; a shorter fence, or one of the other kind, does not end it."""
    reader = FenceReader()
    lines = [line for line in markdown.split("\n") if reader.read(line + end)]
    assert "\n".join(lines) == code
    assert reader.is_open == (code == "```\nb")


def test_one_line():
    """The fence, and the rest of its line, without list and quotes."""
    match = match_fence_line("> - ```ruby x\n")
    assert match
    assert (match["fence"], match["line"]) == ("```", "```ruby x")
    assert match_fence_line("a ```") is None
    assert FENCE.match("```a\n`b`")["fence"] == "```"
    assert ends_fence("~~~~~ \n", "~~~~")
    assert not ends_fence("~~~", "~~~~")


@pytest.mark.parametrize("part", ["- ", "> ", "1. ", " ", "`", "~", "-> ", "```a"])
def test_long_lines(part):
    """The time does not grow with the square of the length."""
    reader = FenceReader()
    reader.read(part * 100_000 + "```")
    assert reader.read("~~~") in (True, False)
