"""The style sheet of code has the colors of Pygments' styles, and they can be read."""

from __future__ import annotations

import os
import re

import pytest
from pygments.token import STANDARD_TYPES

from newsgraph.server.pages.body import CLASSES
from tests.server.pages.code_colors import CODE_CSS, GROUNDS, MIN_CONTRAST, code_css, contrast

PAGES_CSS = CODE_CSS.with_name("pages.css")
BODIES_CSS = CODE_CSS.with_name("bodies.css")


def test_the_style_sheet_is_up_to_date():
    """The file is what Pygments' styles give; `UPDATE_GOLDENS=1` writes it."""
    if os.environ.get("UPDATE_GOLDENS"):
        CODE_CSS.write_text(code_css(), "utf-8")
    assert CODE_CSS.read_text("utf-8") == code_css()


def test_classes_are_those_of_pygments():
    """Each class in the style sheet is one that Pygments writes, and that pages keep."""
    rules = CODE_CSS.read_text("utf-8").partition("*/")[2]
    classes = set(re.findall(r"\.([a-z][a-z0-9]*)", rules))
    assert {"k", "s2", "mi", "nf"} <= classes <= set(STANDARD_TYPES.values())
    assert classes <= CLASSES["span"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme):
    """All colors have enough contrast with the background of code (WCAG AA)."""
    light, dark = CODE_CSS.read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    colors = re.findall("color: (#[0-9a-f]{6})", light if scheme == "light" else dark)
    assert len(colors) > 15
    assert all(contrast(color, GROUNDS[scheme]) >= MIN_CONTRAST for color in colors)
    short = {"#ffffff": "#fff"}.get(GROUNDS[scheme], GROUNDS[scheme])
    assert f"--raised: {short};" in PAGES_CSS.read_text("utf-8")


def test_other_classes_have_styles():
    """Each other class of bodies is in the style sheet of bodies, or looks as without it."""
    css = BODIES_CSS.read_text("utf-8")
    names = {name for tag, names in CLASSES.items() if tag != "span" for name in names}
    assert {name for name in names if f".{name}" not in css} == {
        "footnote-backref",
        "markdown-alert-note",
    }
