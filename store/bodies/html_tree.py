"""Parses HTML into a tree of lxml and back, with a bound on what is nested in what.

libxml2 parses in linear time, whatever the text is. html5ever, which `nh3` has, takes quadratic
time for thousands of elements in each other, so all HTML comes through here before it is sanitized.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from newsgraph.store.documents.text_cleaning import strip_invalid_characters

if TYPE_CHECKING:
    from collections.abc import Callable

REMOVED_TAG: Final = "removed-element"
"""Marks elements that `remove_tags` replaces by their contents, all at once."""

MAX_DEPTH: Final = 100
"""Elements deeper than this are replaced by their contents."""

_PARSER_DEPTH: Final = 2_000
"""libxml2 reads no further than 2,048 elements in each other."""

_MAX_TAG: Final = 2_000
_MAX_ATTRIBUTES: Final = 200
"""A longer tag with more is text: libxml2 compares each attribute of a tag with all others."""

_TAG: Final = re.compile(r"<[a-zA-Z/](?:[^\"'>]++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*(?:>|\Z)")
_QUOTED: Final = re.compile(r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)")
_LINE_SEPARATORS: Final = ("\v", "\f", "\u2028", "\u2029")
_SEPARATOR: Final = re.compile(r"[\s/=]+")
_VOID_TAG: Final = re.compile(
    r"<(wbr|track|keygen|source|embed|bgsound|image)(?![\w-])"
    r"(?:[^\"'>]++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*(?:>|\Z)",
    re.IGNORECASE,
)
"""Tags that libxml2 takes for the start of an element with contents."""

_EMPTY_ITEM: Final = re.compile(r"(<li(?:\s[^<>]*)?>)(?=\s*(?:<li[\s>]|</[uo]l>))")
_INLINE_NAMES: Final = "a|b|big|font|i|s|small|strike|tt|u"
_BLOCK_IN_INLINE: Final = re.compile(
    rf"<(?:{_INLINE_NAMES})(?:\s[^<>]{{0,500}})?>\s*+<(?:p|center|table|fieldset)[\s>]",
    re.IGNORECASE,
)
"""What libxml2 reads as an empty inline element and a block after it, unlike browsers."""

_INLINE_TAG: Final = re.compile(rf"(</?)({_INLINE_NAMES})(?=[\s/>])", re.IGNORECASE)
_RENAMED: Final = "-renamed"

_WRONG_REFERENCE: Final = re.compile(
    r"&#(?:x0*(?:[0-8bce-f]|1[0-9a-f]|fff[ef])(?![0-9a-f])"
    r"|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])(?![0-9]));?",
    re.IGNORECASE,
)
"""References to characters that no text can contain (XML, section 2.2)."""

_is_deep: Final = etree.XPath(f"boolean({'/'.join('*' * MAX_DEPTH)})")
_ELEMENT_CLASS: Final = etree.ElementDefaultClassLookup(element=HtmlElement)
_create: Final = HTMLParser().makeelement
_WRAPPER: Final = "<div>"
"""Begins what is parsed, or else a ``style`` or ``script`` at the start would be in the head."""


def parse_html(html: str) -> HtmlElement:
    """Return the tree of a fragment of HTML, in which ``body`` is the root.

    Comments and processing instructions are removed. If elements are nested so deeply that the
    parser would stop, the tree has the text and no elements.
    """
    if max(map(len, _TAG.findall(html)), default=0) > _MAX_TAG:
        html = _TAG.sub(_escape_long_tag, html)
    html = _clean(html)
    html = _VOID_TAG.sub(lambda match: f"{match[0]}</{match[1]}>", html)
    if _BLOCK_IN_INLINE.search(html):
        root = _parse(_INLINE_TAG.sub(rf"\1\2{_RENAMED}", html))
        for element in root.iter(*(name + _RENAMED for name in _INLINE_NAMES.split("|"))):
            element.tag = element.tag.removesuffix(_RENAMED)
    else:
        root = _parse(html)
    return _limit_depth(root, html)


def parse_rendered_markdown(html: str) -> HtmlElement:
    """Return the tree of the HTML of Markdown without HTML of its own."""
    html = _clean(html)
    return _limit_depth(_parse(html), html)


def remove_control_characters(text: str) -> str:
    """Return a text without the characters that XML does not allow.

    Vertical tabs, form feeds and Unicode's separators of lines and paragraphs become spaces, as
    they separate words, and end a bare URL.
    """
    for separator in _LINE_SEPARATORS:
        text = text.replace(separator, " ")
    return strip_invalid_characters(text)


def serialize(root: HtmlElement) -> str:
    """Return the HTML of what is in an element."""
    html: str = tostring(root, encoding="unicode")
    # libxml2 leaves out the end tag of an empty item.
    html = _EMPTY_ITEM.sub(r"\1</li>", html)
    return html[html.index(">") + 1 : html.rindex("</")] if html.endswith(">") else ""


def remove_tags(root: HtmlElement) -> None:
    """Replace the elements whose tag is `REMOVED_TAG` by their contents.

    lxml's ``drop_tag`` takes linear time for each of many siblings.
    """
    etree.strip_tags(root, REMOVED_TAG)


def replace_element(element: HtmlElement, *replacements: HtmlElement) -> None:
    """Put elements in the place of another one; the text after it stays."""
    tail, element.tail = element.tail, None
    last = element
    for replacement in replacements:
        last.addnext(replacement)
        last = replacement
    if replacements:
        last.tail = (last.tail or "") + (tail or "") or None
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    else:
        element.tail = tail
        element.drop_tree()


def create_element(tag: str, text: str = "", **attributes: str) -> HtmlElement:
    """Return a new element.

    Args:
        tag: its name.
        text: its text.
        attributes: its attributes; a name's ``_`` is a ``-``.
    """
    element: HtmlElement = _create(
        tag, {key.replace("_", "-"): value for key, value in attributes.items()}
    )
    element.text = text or None
    return element


def select(*tags: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """Return a function that finds elements by their names, in the order of the text."""
    return lambda root: list(root.iter(*tags))


def select_path(path: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """Return a function that finds elements by an XPath below the root, such as ``a[@href]``.

    A union of paths, and a path that begins with ``//*``, would take quadratic time in libxml2.
    """
    return etree.XPath(f"descendant::{path}")  # type: ignore[return-value]  # it selects elements


def _parse(html: str) -> HtmlElement:
    # A parser has a state of its own, so each document gets one: imports can run in threads.
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    # All elements have one class: looking up that of each name takes most of the time.
    parser.set_element_class_lookup(_ELEMENT_CLASS)
    document = document_fromstring(f"{_WRAPPER}{html}".encode(), parser=parser)
    body = document.find("body")
    root: HtmlElement = document if body is None else body
    # What follows a stray end tag of the wrapper is beside it.
    wrapper = root[0] if len(root) else root
    if wrapper.tag == "div" and not wrapper.attrib:
        wrapper.drop_tag()
    return root


def _clean(html: str) -> str:
    """Return HTML without characters that XML does not allow, and without references to them."""
    # Not by nothing, as what is around it can be a reference then.
    return _WRONG_REFERENCE.sub(" ", remove_control_characters(html))


def _escape_long_tag(match: re.Match[str]) -> str:
    tag = match[0]
    if len(tag) <= _MAX_TAG:
        return tag
    names = _QUOTED.sub(" ", tag)  # A long text in an attribute is none of many attributes.
    return "&lt;" + tag[1:] if len(_SEPARATOR.findall(names)) > _MAX_ATTRIBUTES else tag


def _limit_depth(root: HtmlElement, html: str) -> HtmlElement:
    """Replace elements that are too deep by their contents, or all by the text if many are."""
    if not _is_deep(root):
        return root
    depth = deepest = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            deepest = max(deepest, depth)
            if depth > MAX_DEPTH:
                element.tag = REMOVED_TAG
        else:
            depth -= 1
    if deepest >= _PARSER_DEPTH:
        return _parse("<pre>" + escape(_TAG.sub("", html)) + "</pre>")
    remove_tags(root)
    return root
