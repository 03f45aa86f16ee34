"""The simplest search that is right: each search reads all articles.

An index has to give the same results.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsgraph.store.search.expression import AllOf, AnyOf, Not, Published, Term, with_prefixes
from newsgraph.store.search.query_parser import parse_search
from newsgraph.store.search.spelling import suggest
from newsgraph.store.search.tokenizer import tokenize
from tests.store.search.reference_spelling import ReferenceVocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from newsgraph.store.search.expression import Expression
    from newsgraph.store.search.tokenizer import Token


@dataclass(frozen=True)
class ReferenceArticle:
    """An article to search.

    Attributes:
        name: what results call it.
        language: BCP 47 tag.
        published: day of publication; None if it has none.
        title, text, topics, authors, publisher: what is searched.
    """

    name: str
    language: str
    published: date | None
    title: str
    text: str = ""
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()


class ReferenceSearch:
    """Searches articles."""

    def __init__(self, articles: Iterable[ReferenceArticle]) -> None:
        """Args: articles: the articles, in the order of hits that are equal otherwise."""
        self._articles = [_Tokens(article) for article in articles]
        self._vocabulary = ReferenceVocabulary(
            (article.article.language, article.all_tokens()) for article in self._articles
        )

    def search_as_typed(self, text: str) -> list[str]:
        """Return the names of the articles for which a search is true, the best first."""
        return self._search(parse_search(text))

    def search(self, text: str) -> list[str]:
        """Return the names of the articles that a search finds, the best first.

        If nothing is found, words may go on.
        """
        expression = parse_search(text)
        return self._search(expression) or self._search(with_prefixes(expression))

    def suggestion(self, text: str) -> str | None:
        """Return the search with its misspelt words corrected; None if it has none."""
        return suggest(text, self._vocabulary)

    def _search(self, expression: Expression) -> list[str]:
        hits = [article for article in self._articles if article.matches(expression)]
        terms = list(_included_terms(expression))
        hits.sort(key=lambda article: article.level(terms))
        return [article.article.name for article in hits]


class _Tokens:
    """The tokens of an article by field."""

    def __init__(self, article: ReferenceArticle) -> None:
        self.article = article
        texts = {
            "title": (article.title,),
            "text": (article.text,),
            "topic": article.topics,
            "author": article.authors,
            "publisher": article.publisher,
        }
        self.fields = {
            name: [list(tokenize(value, article.language)) for value in values]
            for name, values in texts.items()
        }

    def all_tokens(self) -> list[Token]:
        """Return the tokens of all fields."""
        return [token for values in self.fields.values() for tokens in values for token in tokens]

    def matches(self, expression: Expression) -> bool:
        """Whether a condition is true of the article."""
        match expression:
            case AllOf(conditions):
                return all(map(self.matches, conditions))
            case AnyOf(conditions):
                return any(map(self.matches, conditions))
            case Not(condition):
                return not self.matches(condition)
            case Published(since, before):
                day = self.article.published
                return day is not None and not (
                    (since and day < since) or (before and day >= before)
                )
            case Term(field=None):
                return any(self._has_term(expression, field) for field in self.fields)
        return self._has_term(expression, expression.field)

    def level(self, terms: Sequence[Term]) -> int:
        """0 if the title has all terms, 1 if it has some, 2 if it has none."""
        in_title = [self._has_term(term, "title") for term in terms]
        return 0 if all(in_title) else 1 if any(in_title) else 2

    def _has_term(self, term: Term, field: str) -> bool:
        return any(
            _follow_each_other(tokens, query_tokens, term)
            for query_tokens in _query_tokens(term, self.article.language)
            for tokens in self.fields[field]
        )


def _query_tokens(term: Term, language: str) -> list[list[Token]]:
    """Return the tokens of a term, without and with compounds instead of their parts.

    The last character of a sequence in a script without blanks is in the piece before it.
    """
    parts: list[Token] = []
    compounds: list[Token] = []
    end_of_compound = end_of_piece = 0
    for token in tokenize(term.text, language):
        if token.kind == "piece":
            is_rest = len(token.form) == 1 and token.end == end_of_piece
            end_of_piece = token.end
            if is_rest:
                continue
        if token.kind != "compound":
            parts.append(token)
        if token.start >= end_of_compound:
            compounds.append(token)
        if token.kind == "compound":
            end_of_compound = token.end
    return [parts, compounds] if compounds != parts else [parts]


def _follow_each_other(tokens: list[Token], query_tokens: list[Token], term: Term) -> bool:
    """Whether the tokens of a search follow each other somewhere."""
    starts = {token.position for token in tokens}
    for number, query_token in enumerate(query_tokens, 1):
        starts = {
            token.position + token.length
            for token in tokens
            if token.position in starts
            and _equals(token, query_token, term, is_last=number == len(query_tokens))
        }
    return bool(starts)


def _equals(token: Token, query_token: Token, term: Term, *, is_last: bool) -> bool:
    is_prefix = is_last and term.is_prefix
    if is_prefix or (query_token.kind == "piece" and len(query_token.form) == 1):
        return token.form.startswith(query_token.form)
    if token.form == query_token.form:
        return True
    return not term.is_exact and not set(token.stems).isdisjoint(query_token.stems)


def _included_terms(expression: Expression) -> Iterable[Term]:
    """Yield the terms that have to be found, or can be."""
    match expression:
        case AllOf(conditions) | AnyOf(conditions):
            for condition in conditions:
                yield from _included_terms(condition)
        case Term():
            yield expression
