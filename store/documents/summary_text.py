"""The text of HTML as a summary has it: pictures are words, and there are no marks of footnotes."""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.html import INLINE_ELEMENTS, html_to_text

# Sanitized HTML has "<" and ">" in no text and in no attribute, so these patterns match only tags.
_NOTE: Final = r"(?:[^<]|</?(?:b|i|span)\b[^<>]*>){0,40}"
_NOTE_LINK: Final = r'<a\b[^<>]*\bhref="[^"]*#[^"]*"[^<>]*>'
_FOOTNOTE_MARK: Final = re.compile(
    rf"(\s{{0,3}})(?:<sup\b[^<>]*>{_NOTE}{_NOTE_LINK}{_NOTE}</a>{_NOTE}</sup>"
    rf'|<sup id="fn[^"]*">{_NOTE}</sup>'
    rf"|{_NOTE_LINK}\s*<sup\b[^<>]*>{_NOTE}</sup>\s*</a>)"
)
"""A raised link to a fragment, or what Markdown's extensions name `fnref:1`."""

_PICTURE: Final = re.compile(r"(\s{0,3})<img\b([^<>]*)>")
_ALT: Final = re.compile(r'(?:\A|\s)alt="\s*([^"]*?)\s*"')
_BLOCK_TAG: Final = re.compile(rf"<(?!/?(?:{INLINE_ELEMENTS}|img)(?=[\s/>]))[^<>]*>")
_TAG: Final = re.compile(r"<[^<>]*>")
_TAG_START: Final = re.compile(r"<[^<>]*\Z")
_TAG_END: Final = re.compile(r"\A[^<>]*>")

_SENTENCE_ENDS: Final = ".!?…:。！？"
_CLOSING: Final = "\"'”’»)]"
_NO_SPACE_BEFORE: Final = ".,;:!?)"
_NEAR: Final = 300
"""How many characters before and after a picture are read."""

_MAX_PICTURES: Final = 100
"""How many pictures are read; a summary has no place for more."""


def summary_text(html: str) -> str:
    """Return the text of sanitized HTML, with words of different blocks separated.

    A picture in a sentence is its alternative text. One before or after all sentences of a
    paragraph, as photos are, is left out, and so is one without such a text.
    """
    if "<sup" in html:
        html = _FOOTNOTE_MARK.sub(lambda match: _space(match, match[1]), html)
    if "<img" in html:
        html = _PICTURE.sub(_replace_picture, html, count=_MAX_PICTURES)
    return html_to_text(html)


def _replace_picture(match: re.Match[str]) -> str:
    alt = _ALT.search(match[2])
    if alt is None or not alt[1] or not _is_in_sentence(match):
        return _space(match, match[1] or " ")
    is_after_word = match.string[max(0, match.start() - 1) : match.start()].isalnum()
    is_before_word = match.string[match.end() : match.end() + 1].isalnum()
    space = match[1] or (" " if is_after_word else "")
    return f"{space}{alt[1]}{' ' if is_before_word else ''}"


def _is_in_sentence(match: re.Match[str]) -> bool:
    """Return whether a picture continues the text before it, or the text after it does."""
    start, end = match.span()
    before = _TAG_END.sub("", match.string[max(0, start - _NEAR) : start])
    before = _TAG.sub("", _BLOCK_TAG.split(before)[-1]).rstrip()
    after = _TAG_START.sub("", match.string[end : end + _NEAR])
    after = _TAG.sub("", _BLOCK_TAG.split(after, maxsplit=1)[0]).lstrip()
    continues = before.rstrip(_CLOSING)[-1:] not in _SENTENCE_ENDS  # Nor is it empty.
    return continues or after[:1].islower() or (after[:1] in _NO_SPACE_BEFORE and after != "")


def _space(match: re.Match[str], space: str) -> str:
    """Return the space that remains of what is left out: none before a comma."""
    following = match.string[match.end() : match.end() + 1]
    return "" if following and following in _NO_SPACE_BEFORE else space
