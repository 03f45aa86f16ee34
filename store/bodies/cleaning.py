"""Removes from a tree what is not served, and counts what a reader of the body would miss."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import (
    REMOVED_TAG,
    create_element,
    parse_html,
    remove_tags,
    replace_element,
    select,
    select_path,
)
from newsgraph.store.documents.html import BODY_TAGS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Browsers show nothing of these. Style sheets give what they style another look, as classes and
# `style` do, which are not counted either: pages and feeds have a look of their own.
_INVISIBLE: Final = frozenset(
    ("noembed", "noframes", "template", "source", "track", "param", "style", "link")
)
_INVISIBLE_COUNTED: Final = frozenset(("script", "meta", "base", "title", "datalist"))
"""Elements that show nothing by themselves, but that the body may need."""

_WITH_CONTENTS: Final = frozenset(("svg", "math", "canvas", "select", "applet", "map"))
"""Elements whose contents mean nothing without them."""

_TEXT_ONLY: Final = frozenset(("textarea", "xmp", "plaintext"))
"""Elements whose contents a parser reads as text."""

_REPLACED: Final = {
    "address": "div",
    "big": "span",
    "dialog": "div",
    "dir": "ul",
    "fieldset": "div",
    "font": "span",
    "image": "img",
    "legend": "p",
    "listing": "pre",
    "menu": "ul",
    "nobr": "span",
    "optgroup": "div",
}
_ALIGNMENT: Final = re.compile(r"text-align\s*:\s*(left|right|center|justify)\b", re.IGNORECASE)
_ALIGNED: Final = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "td", "th", "tr", "img")
)
_CLASS: Final = re.compile(
    r"language-[\w+#.-]{1,40}|markdown-alert(?:-title|-note|-tip|-important|-warning|-caution)?"
    r"|footnotes|footnote-ref|footnote-backref|embed"
)
_TOKEN: Final = re.compile(r"[a-z][a-z0-9]{0,2}")
_SERVED: Final = BODY_TAGS - {"input"}
_find_classes = select_path("*[@class]")
_find_styles = select_path("*[@style]")
_find_inputs = select("input")
_find_summaries = select("summary")


def remove_unserved(root: HtmlElement) -> Counter[str]:
    """Remove the elements and classes that are not served.

    Text in elements that are removed stays, unless it means nothing without them.

    Returns:
        how many elements of each name were removed whose absence can be noticed.
    """
    removed = Counter[str]()
    for element in _find_styles(root):
        match = _ALIGNMENT.search(element.get("style"))
        if match and element.tag in _ALIGNED and not element.get("align"):
            element.set("align", match[1].lower())
    for element in _find_classes(root):
        _keep_classes(element)
    for summary in _find_summaries(root):
        _unwrap_paragraph(summary)
    tasks = label_checkboxes(root)
    others = [element for element in root.iterdescendants() if element.tag not in _SERVED]
    for element in others:
        if element not in tasks:
            _remove_element(element, removed)
    remove_tags(root)
    return removed


def _remove_element(element: HtmlElement, removed: Counter[str]) -> None:
    tag = element.tag
    if not isinstance(tag, str):
        element.drop_tree()
        return
    if tag in _REPLACED:
        element.tag = _REPLACED[tag]
    elif tag in _INVISIBLE or tag in _INVISIBLE_COUNTED or tag in _WITH_CONTENTS:
        if tag not in _INVISIBLE:
            removed[tag] += 1
        if element.getparent() is not None:
            element.drop_tree()
    elif tag in _TEXT_ONLY:
        # What looks like markup in it would show as source text.
        text = parse_html(element.text_content()).text_content()
        replace_element(element, *([create_element("pre", text)] if text.strip() else ()))
    else:
        if tag in ("form", "button", "input") or _is_empty_custom(element):
            removed[tag] += 1
        element.tag = REMOVED_TAG


def _unwrap_paragraph(summary: HtmlElement) -> None:
    """Leave out the paragraph that is all of a summary, which can only contain text in a line."""
    children = list(summary)
    text = f"{summary.text or ''}{''.join(child.tail or '' for child in children)}"
    if len(children) == 1 and children[0].tag == "p" and not text.strip():
        summary.text = children[0].tail = None
        children[0].drop_tag()


def _is_empty_custom(element: HtmlElement) -> bool:
    """Return whether a script shows something in place of an element: ``<lite-map src="a">``."""
    is_custom = "-" in element.tag and element.tag != REMOVED_TAG
    return is_custom and bool(element.attrib) and not (len(element) or (element.text or "").strip())


def _keep_classes(element: HtmlElement) -> None:
    names = element.get("class").split()
    remaining = [name for name in names if _CLASS.fullmatch(name) or _is_token(element, name)]
    if remaining:
        element.set("class", " ".join(remaining))
    else:
        del element.attrib["class"]


def _is_token(element: HtmlElement, name: str) -> bool:
    parent = element.getparent()
    return (
        element.tag == "span"
        and parent is not None
        and parent.tag == "code"
        and _TOKEN.fullmatch(name) is not None
    )


def label_checkboxes(root: HtmlElement) -> set[HtmlElement]:
    """Name the boxes of tasks for screen readers, and return them."""
    tasks = {box for box in _find_inputs(root) if _is_task(box)}
    for box in tasks:
        _label_checkbox(box)
    return tasks


def _is_task(element: HtmlElement) -> bool:
    """Return whether an ``input`` is the box of a task.

    It is a check box in an item of a list, in a ``label``, or right before one.
    """
    if (element.get("type") or "").strip().lower() != "checkbox":
        return False
    return _is_before_label(element) or next(element.iterancestors("li", "label"), None) is not None


def _is_before_label(element: HtmlElement) -> bool:
    following = element.getnext()
    is_label = following is not None and following.tag == "label"
    return is_label and not (element.tail or "").strip()


def _label_checkbox(box: HtmlElement) -> None:
    is_done = box.get("checked") is not None
    box.attrib.clear()
    box.set("type", "checkbox")
    box.set("disabled", "")
    if is_done:
        box.set("checked", "")
    box.set("aria-label", "Done" if is_done else "Not done")
    if not box.tail and _is_before_label(box):
        # The archive's style sheet makes space between the two.
        box.tail = " "
