"""Snippets of search results: the words around the best matches, as HTML. Pure.

What a term matches is what `store.search.term_matching` finds, also in the index. A snippet has up
to a number of words. In scripts without blanks, two characters of East Asia count as a word, and
four of others, such as Thai: so snippets are about as wide.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.search.snippet_bounds import (
    WORD_COST,
    Bounds,
    choose_bounds,
    first_bounds,
    local_tokens,
    max_characters,
    running_costs,
)
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.term_matching import TermMatcher, included_terms
from newsgraph.store.search.term_scanning import SEGMENT, TermScanner, merge_spans
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.term_matching import Match

MAX_WORDS: Final = 24
"""Words of a snippet."""

MAX_TEXT_LENGTH: Final = 200_000
"""Characters of a text in which matches are looked for."""

_FIRST_LENGTHS: Final = (2_000, 16_000)
"""Characters that are read first. Most texts have all terms near their beginning."""

_FIRST_CLUSTER_LENGTH: Final = 500
_MAX_SEGMENT_LENGTH: Final = 200
_CACHED_SEARCHES: Final = 8
_ELLIPSIS: Final = "…"


class _Window(NamedTuple):
    """Matches that are shown together.

    Attributes:
        term_count: number of different terms.
        start, end: where they are in the text.
    """

    term_count: int
    start: int
    end: int


_NO_WINDOW: Final = _Window(0, 0, 0)


class _Search(NamedTuple):
    """What texts of one language are searched for."""

    matcher: TermMatcher
    scanner: TermScanner


def render_snippet(
    texts: Sequence[str],
    language: str | None,
    expression: Expression,
    max_words: int = MAX_WORDS,
) -> str:
    """Return the words around the best matches, as HTML: escaped, with matches in ``<mark>``.

    The snippet is a part of one text, with an ellipsis where it is cut. It has as many different
    terms as possible, and is the first of these. It starts at a sentence if one starts near. If
    nothing matches, it is the beginning of the first text that is not blank.

    Matches are looked for in the first `MAX_TEXT_LENGTH` characters of each text. A snippet is not
    longer than 16 characters for each word on average.

    Args:
        texts: plain texts of an article; of two that are equally good, the first is used.
        language: BCP 47 tag of the article's language.
        expression: the search that found the article. Marked are the terms that have to be found,
            or can be, and that are not restricted to a field.
        max_words: maximum number of words.
    """
    search = _prepare(expression, primary_subtag(language))
    best, best_text = _NO_WINDOW, ""
    for text in texts:
        window = _find_window(text, search, max_words, best)
        if window is not best:
            best, best_text = window, text
        if best.term_count == search.matcher.term_count:
            break
    if not best.term_count:
        text = next((text for text in texts if text and not text.isspace()), "")
        return _render(text, first_bounds(text, search.matcher.language, max_words), ())
    tokens = local_tokens(best_text, best.start, best.end, search.matcher.language, max_words)
    bounds = choose_bounds(best_text, tokens, best.start, best.end, max_words)
    return _render(best_text, bounds, search.matcher.find(tokens))


@lru_cache(_CACHED_SEARCHES)
def _prepare(expression: Expression, language: str) -> _Search:
    # The results of a page have the same search, and texts with the same words.
    terms = [term for term in included_terms(expression) if term.field is None]
    matcher = TermMatcher(terms, language)
    return _Search(matcher, TermScanner(matcher))


def _find_window(text: str, search: _Search, max_words: int, best: _Window) -> _Window:
    """Return the first window with the most terms.

    Args:
        text: the text.
        search: what is searched for.
        max_words: maximum number of words.
        best: the window to return if none has more terms.
    """
    matcher, scanner = search
    if best.term_count == matcher.term_count:
        return best
    max_gap = max_characters(max_words)
    max_wide = 2 * max_words
    for length in _lengths(text):
        start_of_text = text[:length]
        hits, bits = scanner.scan(start_of_text)
        if matcher.possible_terms(bits) <= best.term_count:
            continue
        spans = scanner.find_spans(start_of_text, hits)
        for cluster in merge_spans(spans, start_of_text, max_gap, max_wide):
            possible = matcher.possible_terms(cluster.bits)
            if possible <= best.term_count:
                continue
            end = _cut(text, cluster.start + _FIRST_CLUSTER_LENGTH)
            for stop in (end, cluster.end) if cluster.start < end < cluster.end else (cluster.end,):
                part = text[cluster.start : stop]
                window = _best_window(part, matcher, max_words, best.term_count)
                if window.term_count > best.term_count:
                    offset = cluster.start
                    best = _Window(window.term_count, offset + window.start, offset + window.end)
                if best.term_count == possible:
                    break
            if best.term_count == matcher.term_count:
                return best
    return best


def _best_window(text: str, matcher: TermMatcher, max_words: int, min_count: int) -> _Window:
    """Return the first window with the most terms, if it has more than a number of them."""
    tokens = list(tokenize(text, matcher.language))
    matches = matcher.find(tokens)
    best = _Window(min_count, 0, 0)
    possible = len({match.term for match in matches})
    if possible <= min_count:
        return best
    costs = running_costs(tokens)
    for index, first in enumerate(matches):
        terms = {first.term}
        end = first.end
        max_cost = costs[first.position] + max_words * WORD_COST
        max_end = first.start + max_characters(max_words)
        for number in range(index + 1, len(matches) if possible > 1 else 0):
            match = matches[number]
            if match.start >= max_end or costs[match.position] >= max_cost:
                break
            if (
                match.term not in terms
                and match.end <= max_end
                and costs[match.end_position] <= max_cost
            ):
                terms.add(match.term)
                end = max(end, match.end)
        if len(terms) > best.term_count:
            best = _Window(len(terms), first.start, end)
        if best.term_count == possible:
            break
    return best


def _lengths(text: str) -> Iterator[int]:
    """Yield how many characters of a text are read, until all terms are found."""
    for length in (*_FIRST_LENGTHS, MAX_TEXT_LENGTH):
        if len(text) <= length:
            yield len(text)
            return
        yield _cut(text, length)


def _cut(text: str, length: int) -> int:
    """Return the length of the part of a text that does not end in a segment, if it is not long."""
    if length >= len(text):
        return len(text)
    end = length
    for match in SEGMENT.finditer(text, max(0, length - _MAX_SEGMENT_LENGTH), length):
        end = match.start()
    return end or length


def _render(text: str, bounds: Bounds, matches: Iterable[Match]) -> str:
    """Return a part of a text as HTML.

    Args:
        text: the text.
        bounds: the part.
        matches: what is marked if it is in the part; a match that is longer than the part, too.
    """
    html = [_ELLIPSIS] if bounds.is_cut_before else []
    at = bounds.start
    for start, end in _merge(matches, bounds):
        html += (_escape(text[at:start]), "<mark>", _escape(text[start:end]), "</mark>")
        at = end
    html.append(_escape(text[at : bounds.end]))
    if bounds.is_cut_after:
        html.append(_ELLIPSIS)
    return "".join(html)


def _merge(matches: Iterable[Match], bounds: Bounds) -> Iterator[tuple[int, int]]:
    """Yield start and end of each mark; matches that touch or overlap are one."""
    start = end = -1
    for match in matches:
        if match.start < bounds.start or (
            match.end > bounds.end and match.start != bounds.first_match
        ):
            continue
        if match.start > end:
            if end > start:
                yield start, end
            start, end = match.start, -1
        end = max(end, min(match.end, bounds.end))
    if end > start:
        yield start, end


def _escape(text: str) -> str:
    return escape(text).replace("&#x27;", "&#39;")
