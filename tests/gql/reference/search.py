"""Evaluates search queries over an article's texts in Python.

Words are runs of letters and digits, without case and diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def split_words(text: str) -> list[str]:
    """Return the words of a text in their order."""
    base_characters = "".join(
        character
        for character in unicodedata.normalize("NFD", text)
        if unicodedata.category(character) != "Mn"
    )
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", base_characters).lower())


def searchable_texts(
    row: dict[str, Any],
    provider: dict[str, Any] | None,
    topics: list[dict[str, Any]],
    tags: list[str],
) -> list[str]:
    """Return the texts of an article that are searched, one string for each."""
    names = [provider["name"], provider["domain"]] if provider else []
    names += [row["provider_name"] or "", *tags, *(topic["name"] for topic in topics)]
    return [row["title"], row["excerpt"] or "", _strip_tags(row["body_html"]), *names]


def matches_query(query: str, texts: list[list[str]]) -> bool:
    """Return whether texts contain all required terms of a query and no excluded ones.

    Args:
        query: the search query, as a user enters it.
        texts: the words of each text.
    """
    required_matches = excluded_matches = 0
    for is_excluded, phrase, is_prefix in _parse_terms(query):
        if not phrase:
            continue
        is_match = any(_contains_phrase(text, phrase, is_prefix) for text in texts)
        if is_excluded:
            excluded_matches += is_match
        elif not is_match:
            return False
        else:
            required_matches += 1
    return required_matches > 0 and not excluded_matches


def _parse_terms(query: str) -> Iterable[tuple[bool, list[str], bool]]:
    """Yield each term: whether it is excluded, its words, and whether the last is a prefix."""
    rest = query
    while rest := rest.lstrip():
        is_excluded = rest.startswith("-")
        rest = rest[1:] if is_excluded else rest
        if rest.startswith('"'):
            phrase, _, rest = rest[1:].partition('"')
            is_prefix = rest.startswith("*")
        else:
            end = next(
                (
                    index
                    for index, character in enumerate(rest)
                    if character.isspace() or character == '"'
                ),
                None,
            )
            phrase, rest = (rest, "") if end is None else (rest[:end], rest[end:])
            is_prefix = phrase.endswith("*")
        yield is_excluded, split_words(phrase), is_prefix
        rest = rest.lstrip("*")


def _contains_phrase(text: list[str], phrase: list[str], is_prefix: bool) -> bool:
    length = len(phrase)
    for start in range(len(text) - length + 1):
        part = text[start : start + length]
        if part == phrase:
            return True
        if is_prefix and part[:-1] == phrase[:-1] and part[-1].startswith(phrase[-1]):
            return True
    return False


class _TextExtractor(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _strip_tags(html: str) -> str:
    extractor = _TextExtractor()
    extractor.feed(html)
    extractor.close()
    return "".join(extractor.parts)
