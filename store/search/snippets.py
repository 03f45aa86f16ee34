"""Snippets of search results: the words around the best matches, as HTML. Pure.

What a term matches is what `store.search.term_matching` finds, also in the index. A snippet has up
to a number of words. In scripts without blanks, two characters of East Asia count as a word, and
four of others, such as Thai: so snippets are about as wide.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from html import escape
from itertools import compress
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.search.snippet_bounds import (
    WORD_COST,
    Bounds,
    choose_bounds,
    first_bounds,
    fits,
    layouts_of,
    max_characters,
    read_surroundings,
    text_bounds,
    token_cost,
)
from newsgraph.store.search.stemming import primary_subtag
from newsgraph.store.search.term_matching import Match, TermMatcher, included_terms
from newsgraph.store.search.term_scanning import TermScanner, blank_separators
from newsgraph.store.search.tokenizer import Token, tokens_of_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from newsgraph.store.search.expression import Expression

MAX_WORDS: Final = 24
"""Words of a snippet."""

MAX_TEXT_LENGTH: Final = 200_000
"""Characters of a text in which matches are looked for."""

_FIRST_LENGTHS: Final = (500, 2_000, 16_000)
"""Characters that are read first. Most texts have all terms near their beginning."""

_MAX_CHUNK_LENGTH: Final = 200
_CACHED_SEARCHES: Final = 16
_CACHED_CHUNKS: Final = 200
_ELLIPSIS: Final = "…"


class _Window(NamedTuple):
    """Matches that are shown together.

    Attributes:
        term_count: number of different terms.
        start, end: where they are in the text.
        of_short_text: all matches, if the whole text fits into a snippet.
    """

    term_count: int
    start: int
    end: int
    of_short_text: Sequence[Match] = ()


_NO_WINDOW: Final = _Window(0, 0, 0)


class _Search(NamedTuple):
    """What texts of one language are searched for."""

    matcher: TermMatcher
    scanner: TermScanner
    find_in_chunk: Callable[[str], Sequence[Match]]

    def find(self, chunks: Sequence[str], bits: Sequence[int]) -> list[Match]:
        """Return where the terms are in a text.

        Args:
            chunks: chunks of the text.
            bits: the query tokens that each can have.
        """
        if self.matcher.has_phrases:
            tokens, _ = self.read(chunks, bits, 0)
            return self.matcher.find(tokens)
        matches, start = [], 0
        for chunk, has_terms in zip(chunks, bits, strict=True):
            if has_terms:
                for term, position, end_position, begin, end in self.find_in_chunk(chunk):
                    place = position, end_position, start + begin, start + end
                    matches.append(Match(term, *place))
            start += len(chunk) + 1
        return matches

    def read(
        self, chunks: Sequence[str], bits: Sequence[int], start: int
    ) -> tuple[list[Token], dict[int, int]]:
        """Return the tokens of chunks that can have terms, and costs.

        Args:
            chunks: chunks of a text.
            bits: the query tokens that each can have.
            start: where the first chunk starts.

        Returns:
            The tokens, and the cost of what is before each of their positions.
        """
        subtag = self.matcher.language
        layouts = layouts_of(subtag)
        tokens: list[Token] = []
        costs: dict[int, int] = {}
        position = cost = 0
        for chunk, has_terms in zip(chunks, bits, strict=True):
            if has_terms:
                for form, stems, begin, end, kind, length in tokens_of_chunk(chunk, subtag):
                    tokens.append(
                        Token(position, form, stems, start + begin, start + end, kind, length)
                    )
                    costs[position] = cost
                    position += kind != "compound"
                    cost += token_cost(kind, form)
                costs[position] = cost
            elif chunk:
                _, word_count, cost_of_chunk = layouts[chunk]
                position += word_count
                cost += cost_of_chunk
            start += len(chunk) + 1
        return tokens, costs


def render_snippet(
    texts: Iterable[str],
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
        texts: plain texts of an article; of two that are equally good, the first is used. Those
            after one with all terms are not read.
        language: BCP 47 tag of the article's language.
        expression: the search that found the article. Marked are the terms that have to be found,
            or can be, and that are not restricted to a field.
        max_words: maximum number of words.
    """
    search = _prepare(expression, primary_subtag(language))
    subtag = search.matcher.language
    best, best_text, first_text = _NO_WINDOW, "", ""
    for text in texts:
        if not first_text and not text.isspace():
            first_text = text
        window = _find_window(text, search, max_words, best)
        if window is not best:
            best, best_text = window, text
        if best.term_count and best.term_count == search.matcher.term_count:
            break
    if not best.term_count:
        return _render(first_text, first_bounds(first_text, subtag, max_words), ())
    if best.of_short_text:
        return _render(best_text, text_bounds(best_text), best.of_short_text)
    around = read_surroundings(best_text, best.start, best.end, subtag, max_words)
    bounds = choose_bounds(best_text, around.units, best.start, best.end, max_words)
    tokens, _ = search.read(*search.scanner.scan(around.text), around.start)
    return _render(best_text, bounds, search.matcher.find(tokens))


@lru_cache(_CACHED_SEARCHES)
def _prepare(expression: Expression, language: str) -> _Search:
    # The results of a page have the same search, and texts with the same words.
    terms = [term for term in included_terms(expression) if term.field is None]
    matcher = TermMatcher(terms, language)

    @lru_cache(_CACHED_CHUNKS)
    def find_in_chunk(chunk: str) -> list[Match]:
        return matcher.find([Token(0, *values) for values in tokens_of_chunk(chunk, language)])

    return _Search(matcher, TermScanner(matcher), find_in_chunk)


def _find_window(text: str, search: _Search, max_words: int, best: _Window) -> _Window:
    """Return the first window with the most terms.

    Args:
        text: the text.
        search: what is searched for.
        max_words: maximum number of words.
        best: the window to return if none has more terms.
    """
    matcher, scanner = search.matcher, search.scanner
    if len(text) <= max_characters(max_words):
        chunks, bits = scanner.scan(text)
        if fits(chunks, matcher.language, max_words):
            matches = search.find(chunks, bits) if chunks else []
            term_count = len({match.term for match in matches})
            is_better = term_count > best.term_count
            return _Window(term_count, 0, len(text), matches) if is_better else best
    for length in _lengths(text):
        chunks, bits = scanner.scan(text[:length])
        if matcher.possible_terms(reduce(or_, set(bits), 0)) <= best.term_count:
            continue
        for cluster in _clusters(chunks, bits, max_characters(max_words)):
            tokens, costs = search.read(*cluster)
            best = _best_window(matcher.find(tokens), costs, max_words, best)
            if best.term_count == matcher.term_count:
                return best
    return best


def _clusters(
    chunks: list[str], bits: list[int], max_gap: int
) -> Iterator[tuple[list[str], list[int], int]]:
    """Yield chunks between which terms can be in one snippet, their query tokens, and their start.

    Args:
        chunks: the chunks of a text.
        bits: the query tokens of each.
        max_gap: characters between two chunks that are close.
    """
    first = -1
    at = start = end = 0
    for index in compress(range(len(chunks)), bits):
        begin = end + sum(map(len, chunks[at:index])) + index - at
        if first < 0 or begin - end > max_gap:
            if first >= 0:
                yield chunks[first:at], bits[first:at], start
            first, start = index, begin
        at, end = index + 1, begin + len(chunks[index]) + 1
    if first >= 0:
        yield chunks[first:at], bits[first:at], start


def _best_window(
    matches: Sequence[Match], costs: Mapping[int, int], max_words: int, best: _Window
) -> _Window:
    """Return the first window with the most terms, if it has more than another one.

    Args:
        matches: the matches in a part of a text.
        costs: the cost of what is before their positions.
        max_words: maximum number of words.
        best: the other one.
    """
    possible = len({match.term for match in matches})
    if possible <= best.term_count:
        return best
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
    start = max(0, length - _MAX_CHUNK_LENGTH)
    blank = blank_separators(text[start:length]).rfind(" ")
    return start + blank if start + blank > 0 else length


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
