"""Parses the tags of elements in MDX, and writes those of HTML as HTML."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.documents.javascript_scanner import JavaScriptScanner

_NAME: Final = re.compile(r"<(?P<end>/)?(?P<name>[A-Za-z][\w.:-]*)?(?=[\s/>{])")
_SPACE: Final = re.compile(r"\s*")
_ATTRIBUTE: Final = re.compile(r"(?P<name>[A-Za-z_$][\w:.$-]*)(?P<equals>\s*=\s*)?")
_STRING: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG_END: Final = re.compile(r"(?P<empty>/)?\s*>")
_VOID: Final = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr"),
}
_HTML_NAMES: Final = {"classname": "class", "htmlfor": "for"}
_LOST: Final = {"style", "key", "ref", "dangerouslysetinnerhtml"}

_TEXT: Final = re.compile(
    r"(?P<quote>[\"'`])(?P<text>(?:[^\\\"'`]++|(?!(?P=quote))[\"'`]|\\.)*)(?P=quote)", re.DOTALL
)
_ESCAPES: Final = re.compile(r"\\(?P<code>u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>&#~|!$]|\A[-+=:]|(?<=\A\d)[.)]")
_CONTROL: Final = {"n": "\n", "t": "\t", "r": "", "b": "", "f": "", "v": "", "0": "", "\n": ""}


class JsxAttribute(NamedTuple):
    """An attribute.

    Attributes:
        name: its name.
        value: a text, or the code of an expression; None if it has none.
        is_expression: whether the value is code.
    """

    name: str
    value: str | None
    is_expression: bool


class JsxTag(NamedTuple):
    """A tag.

    Attributes:
        name: the element's name; empty for a fragment.
        is_end: whether the tag ends an element.
        is_empty: whether the tag is an element without content.
        attributes: its attributes, without those that are spread.
        end: position after the tag.
    """

    name: str
    is_end: bool
    is_empty: bool
    attributes: tuple[JsxAttribute, ...]
    end: int

    @property
    def is_component(self) -> bool:
        """Whether it is not an element of HTML."""
        return self.name[:1].isupper() or "." in self.name


def parse_jsx_tag(text: str, position: int, scanner: JavaScriptScanner) -> JsxTag | None:
    """Return the tag that begins at a position, or None if there is none.

    Args:
        text: MDX.
        position: position of its ``<``.
        scanner: finds the ends of expressions in the text.
    """
    match = _NAME.match(text, position)
    if match is None or (match["name"] is None and text[match.end() : match.end() + 1] != ">"):
        return None
    attributes: list[JsxAttribute] = []
    current = match.end()
    while True:
        current = _skip_space(text, current)
        if end := _TAG_END.match(text, current):
            return JsxTag(
                match["name"] or "",
                match["end"] is not None,
                end["empty"] is not None,
                tuple(attributes),
                end.end(),
            )
        if text.startswith("{", current):
            following = scanner.skip_braces(current)
        elif name := _ATTRIBUTE.match(text, current):
            attribute, following = _read_attribute(text, name, scanner)
            attributes.append(attribute)
        else:
            following = None
        if following is None:
            scanner.waste(current - position)
            return None
        current = following


def _read_attribute(
    text: str, name: re.Match[str], scanner: JavaScriptScanner
) -> tuple[JsxAttribute, int | None]:
    if name["equals"] is None:
        return JsxAttribute(name["name"], None, False), name.end()
    if string := _STRING.match(text, name.end()):
        return JsxAttribute(name["name"], unescape(string[0][1:-1]), False), string.end()
    if text.startswith("{", name.end()) and (end := scanner.skip_braces(name.end())) is not None:
        return JsxAttribute(name["name"], text[name.end() + 1 : end - 1].strip(), True), end
    return JsxAttribute(name["name"], None, False), None


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def read_string(code: str) -> str | None:
    """Return the value of code that is only a string without expressions in it, or None."""
    match = _TEXT.fullmatch(code.strip())
    if match is None or (match["quote"] == "`" and "${" in match["text"]):
        return None
    return _ESCAPES.sub(_read_escape, match["text"])


def write_text(text: str) -> str:
    """Return a text as a part of a line of Markdown in which nothing of it is markup."""
    line = text.replace("\n", " ")
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", line)


def _read_escape(match: re.Match[str]) -> str:
    code = match["code"]
    if len(code) > 1:
        number = int(code.strip("u{}"), 16)
        is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
        return chr(number) if is_character else ""
    return _CONTROL.get(code, code)


def is_void(name: str) -> bool:
    """Whether elements of HTML with a name have no content and no end tag."""
    return name.lower() in _VOID


def write_html_tag(tag: JsxTag, evaluate: Callable[[str], str | None]) -> str:
    """Return the tag of an element of HTML as HTML.

    Attributes whose values are unknown are left out, as are styles, handlers of events and what
    only React knows.

    Args:
        tag: the tag.
        evaluate: returns the value of the code of an expression, or None if it is unknown.
    """
    name = tag.name
    if tag.is_end:
        return "" if name.lower() in _VOID else f"</{name}>"
    pieces = [f"<{name}"]
    for attribute in tag.attributes:
        key = attribute.name.lower()
        if key in _LOST or (key.startswith("on") and attribute.is_expression):
            continue
        key = _HTML_NAMES.get(key, key)
        value = attribute.value
        if attribute.is_expression and value is not None:
            if value == "false" or (value := evaluate(value)) is None:
                continue
            value = None if value == "true" else value
        pieces.append(f" {key}" if value is None else f' {key}="{escape(value)}"')
    pieces.append(f"></{name}>" if tag.is_empty and name.lower() not in _VOID else ">")
    return "".join(pieces)
