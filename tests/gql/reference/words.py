"""Which articles match what people type into a search box, the naive way.

Words are runs of letters and digits, without case and accents.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def words(text: str) -> list[str]:
    """Return the words of a text, in their order."""
    plain = "".join(
        one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn"
    )
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain).lower())


def texts_of(
    row: dict[str, Any],
    provider: dict[str, Any] | None,
    topics: list[dict[str, Any]],
    tags: list[str],
) -> list[str]:
    """Return the texts of an article that are searched, each of them one by one."""
    names = [provider["name"], provider["domain"]] if provider else []
    names += [row["provider_name"] or "", *tags, *(topic["name"] for topic in topics)]
    return [row["title"], row["excerpt"] or "", _without_tags(row["body_html"]), *names]


def matches(query: str, texts: list[list[str]]) -> bool:
    """Return whether texts have all that a query wants, and nothing that it does not.

    Args:
        query: as people type it.
        texts: the words of each text.
    """
    wanted = unwanted = 0
    for minus, phrase, star in _terms(query):
        if not phrase:
            continue
        found = any(_has(text, phrase, star) for text in texts)
        if minus:
            unwanted += found
        elif not found:
            return False
        else:
            wanted += 1
    return wanted > 0 and not unwanted


def _terms(query: str) -> Iterable[tuple[bool, list[str], bool]]:
    """Yield each word or phrase: whether it must be absent, its words, whether more may follow."""
    rest = query
    while rest := rest.lstrip():
        minus = rest.startswith("-")
        rest = rest[1:] if minus else rest
        if rest.startswith('"'):
            phrase, _, rest = rest[1:].partition('"')
            star = rest.startswith("*")
        else:
            end = next((at for at, one in enumerate(rest) if one.isspace() or one == '"'), None)
            phrase, rest = (rest, "") if end is None else (rest[:end], rest[end:])
            star = phrase.endswith("*")
        yield minus, words(phrase), star
        rest = rest.lstrip("*")


def _has(text: list[str], phrase: list[str], star: bool) -> bool:
    length = len(phrase)
    for start in range(len(text) - length + 1):
        part = text[start : start + length]
        if part == phrase:
            return True
        if star and part[:-1] == phrase[:-1] and part[-1].startswith(phrase[-1]):
            return True
    return False


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _without_tags(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)
