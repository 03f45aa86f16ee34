"""Finds the terms of a search in the tokens of a text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from newsgraph.store.search.expression import AllOf, AnyOf, Term
from newsgraph.store.search.tokenizer import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.tokenizer import Token

_MAX_CHARACTERS_OF_ONE: Final = 18


class Match(NamedTuple):
    """Tokens that follow each other and are what a term searches for.

    Attributes:
        term: number of the term.
        position, end_position: position of its first token, and that after its last one.
        start, end: where it is in the text, as indices of characters.
    """

    term: int
    position: int
    end_position: int
    start: int
    end: int


class _Sequence(NamedTuple):
    """Query tokens that follow each other. All query tokens have numbers, one after the other.

    Attributes:
        term: number of the term.
        tokens: the query tokens.
        bits: the set of their numbers.
    """

    term: int
    tokens: tuple[Token, ...]
    bits: int


def included_terms(expression: Expression) -> Iterator[Term]:
    """Yield the terms that have to be found, or can be; not those under `Not`."""
    match expression:
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from included_terms(condition)
        case Term():
            yield expression


def token_sequences(tokens: Sequence[Token]) -> list[list[int]]:
    """Return the tokens of a term that follow each other, without compounds, and with them.

    The last character of a sequence in a script without blanks is in the piece before it.

    Args:
        tokens: the tokens of the term.

    Returns:
        Indices of tokens, as one or two different sequences; none if there are no tokens.
    """
    parts: list[int] = []
    compounds: list[int] = []
    end_of_compound = end_of_piece = 0
    for index, token in enumerate(tokens):
        if token.kind == "piece":
            is_in_last_piece = len(token.form) == 1 and token.end == end_of_piece
            end_of_piece = token.end
            if is_in_last_piece:
                continue
        if token.kind != "compound":
            parts.append(index)
        if token.start >= end_of_compound:
            compounds.append(index)
        if token.kind == "compound":
            end_of_compound = token.end
    if not parts:
        return []
    return [parts] if compounds == parts else [parts, compounds]


class TermMatcher:
    """Finds several terms in texts of one language.

    A query token equals a token with its form, or with one of its stems unless the term is exact.
    The last one of a prefix, and a single character of a script without blanks, equals tokens that
    begin with it. Sets of query tokens are integers with a bit for each of them.

    Attributes:
        language: primary subtag of the language of the texts.
        term_count: number of different terms.
        pieces: query tokens of scripts without blanks: their forms and bits.
        has_words: whether there are other query tokens.
        has_phrases: whether there are terms of several tokens.
        forms_and_stems: forms and stems, one of which each other token has that equals a query
            token.
        prefixes: what forms can begin with instead.
    """

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        """Args: terms: the terms, in any field. language: primary subtag of the texts' language."""
        self.language = language
        self.term_count = 0
        self.pieces: list[tuple[str, int]] = []
        self.has_words = False
        self._sequences: list[_Sequence] = []
        self._by_last_number: dict[int, _Sequence] = {}
        self._by_form: dict[str, int] = {}
        self._by_stem: dict[str, int] = {}
        self._by_prefix: dict[str, int] = {}
        self._first_bits = self._last_bits = 0
        number = 0
        for term in dict.fromkeys(terms):
            term_tokens = list(tokenize(term.text, language))
            sequences = token_sequences(term_tokens)
            for indices in sequences:
                tokens = tuple(term_tokens[index] for index in indices)
                self._first_bits |= 1 << number
                bits = ((1 << len(tokens)) - 1) << number
                for token in tokens[:-1]:
                    self._add(token, 1 << number, is_exact=term.is_exact, is_prefix=False)
                    number += 1
                last = 1 << number
                self._add(tokens[-1], last, is_exact=term.is_exact, is_prefix=term.is_prefix)
                self._last_bits |= last
                sequence = _Sequence(self.term_count, tokens, bits)
                self._sequences.append(sequence)
                self._by_last_number[number] = sequence
                number += 1
            self.term_count += bool(sequences)
        self.prefixes = tuple(self._by_prefix)
        self.forms_and_stems = frozenset((*self._by_form, *self._by_stem))
        self.has_phrases = self._first_bits != self._last_bits

    def _add(self, token: Token, bit: int, *, is_exact: bool, is_prefix: bool) -> None:
        if token.kind == "piece":
            self.pieces.append((token.form, bit))
        else:
            self.has_words = True
        if is_prefix or (token.kind == "piece" and len(token.form) == 1):
            self._by_prefix[token.form] = self._by_prefix.get(token.form, 0) | bit
            return
        self._by_form[token.form] = self._by_form.get(token.form, 0) | bit
        if not is_exact:
            for stem in token.stems:
                self._by_stem[stem] = self._by_stem.get(stem, 0) | bit

    def equal_bits(self, form: str, stems: Iterable[str]) -> int:
        """Return the query tokens that equal a token of a text.

        Args:
            form: the token's form.
            stems: its stems.
        """
        bits = self._by_form.get(form, 0)
        for stem in stems:
            if stem in self._by_stem:
                bits |= self._by_stem[stem]
        if form.startswith(self.prefixes):
            for prefix, of_prefix in self._by_prefix.items():
                if form.startswith(prefix):
                    bits |= of_prefix
        return bits

    def possible_terms(self, bits: int) -> int:
        """Return how many terms can be in a text that has these query tokens, in any order."""
        return len(
            {sequence.term for sequence in self._sequences if sequence.bits & bits == sequence.bits}
        )

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Return where the terms are, in the order of their starts.

        All sequences are followed at once (the algorithm is known as Shift-And), so that long
        phrases take hardly more time than words, also in texts that repeat a part of them.

        Args:
            tokens: the tokens of a text or of a part of it, in order; those that equal no query
                token can be left out.
        """
        reached = _Reached(tokens) if self.has_phrases else None
        matches: list[Match] = []
        for index, token in enumerate(tokens):
            bits = self.equal_bits(token.form, token.stems)
            if not bits:
                continue
            if reached is not None:
                bits &= reached.before(token.position) << 1 | self._first_bits
                reached.add(index, bits)
            last_bits = bits & self._last_bits
            while last_bits:
                number = last_bits.bit_length() - 1
                last_bits ^= 1 << number
                sequence = self._by_last_number[number]
                first = tokens[reached.find_first(index, number, sequence)] if reached else token
                end = _end(tokens, index, sequence.tokens[-1])
                end_position = token.position + token.length
                matches.append(Match(sequence.term, first.position, end_position, first.start, end))
        return sorted(set(matches), key=lambda match: (match.start, match.end, match.term))


class _Reached:
    """Which query tokens have been reached in a text, after those before them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._bits_before: dict[int, int] = {}
        self._bits_of: dict[int, int] = {}
        self._ending_at: dict[int, list[int]] = {}
        self._last_matches: dict[int, tuple[int, int]] = {}

    def before(self, position: int) -> int:
        """Return the query tokens that tokens equal which end at a position."""
        return self._bits_before.get(position, 0)

    def add(self, index: int, bits: int) -> None:
        """Add the query tokens that are reached with a token."""
        if bits:
            token = self._tokens[index]
            end = token.position + token.length
            self._bits_of[index] = bits
            self._bits_before[end] = self._bits_before.get(end, 0) | bits
            self._ending_at.setdefault(end, []).append(index)

    def find_first(self, index: int, number: int, sequence: _Sequence) -> int:
        """Return the index of the first token of a match.

        If the match overlaps with the one before, it can be a later one in that match: what is
        marked is the same, and the time does not depend on the length of the phrase.

        Args:
            index: that of its last token.
            number: that of the last query token.
            sequence: the query tokens.
        """
        last_index, last_first = self._last_matches.get(number, (-1, -1))
        first = index
        for bit_number in range(number - 1, number - len(sequence.tokens), -1):
            first = next(
                before
                for before in self._ending_at[self._tokens[first].position]
                if self._bits_of[before] >> bit_number & 1
            )
            if first <= last_index:
                first = max(first, last_first)
                break
        self._last_matches[number] = index, first
        return first


def _end(tokens: Sequence[Token], index: int, query_token: Token) -> int:
    """Return where a match ends in its last token.

    If it is the first of the two characters of a piece, that is where the next piece begins.
    """
    token = tokens[index]
    if token.kind == "piece" and len(query_token.form) < len(token.form):
        # NFKC can make several characters of one, which have the same place.
        for following in tokens[index + 1 : index + 1 + _MAX_CHARACTERS_OF_ONE]:
            if following.start > token.start:
                return min(following.start, token.end)
    return token.end
