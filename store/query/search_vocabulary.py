"""The words of a store's articles, by which misspelt words of a search are corrected."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, LargeBinary, Text, bindparam, cast, func, literal_column, select

from newsgraph.store.query.json_sql import json_elements, text_literal
from newsgraph.store.query.search_index import compile_query
from newsgraph.store.schema.search_index_tables import search_word
from newsgraph.store.search.expression import Term
from newsgraph.store.search.spelling import count_edits, other_first_letters

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.engine import Dialect

    from newsgraph.store.query.search_index import FetchRows, IndexReader

_LAST: Final = "\U0010ffff"
"""Greater than every letter."""


class StoredVocabulary:
    """The words of one snapshot: a `store.search.spelling.Vocabulary`."""

    def __init__(self, fetch_rows: FetchRows, index: IndexReader, dialect: Dialect) -> None:
        """Read words by statements.

        Args:
            fetch_rows: runs a statement in the snapshot.
            index: searches the index.
            dialect: the database's dialect.
        """
        self._fetch_rows, self._index = fetch_rows, index
        self._letters_sql, self._candidates_sql = _statements(dialect)

    def find_known(self, words: Collection[str], /) -> set[str]:
        """Return the words that an article has, as a form or by a stem in its language."""
        return {word for word in words if self._index.search(self._fetch_rows, Term(word))}

    def find_similar(self, forms: Collection[str], /) -> dict[str, int]:
        """Return the number of articles by word, for the words that are similar to a form."""
        letters = [letter.decode() for (letter,) in self._fetch_rows(self._letters_sql, ())]
        words = {word for form in forms for word in self._read_similar(form, letters)}
        return self._index.count_articles(self._fetch_rows, words)

    def _read_similar(self, form: str, letters: Collection[str]) -> set[str]:
        others = json.dumps(sorted(other_first_letters(form, letters)))
        parameters = form[0], form[0] + _LAST, len(form) - 1, len(form) + 1, others
        words = {word.decode() for (word,) in self._fetch_rows(self._candidates_sql, parameters)}
        return {word for word in words if count_edits(form, word) is not None}


@cache
def _statements(dialect: Dialect) -> tuple[str, str]:
    letters, candidates = _first_letters_query(), _candidates_query()
    return compile_query(letters, dialect), compile_query(candidates, dialect)


def _first_letters_query() -> Select[Any]:
    """Return the statement that reads the first letters of all words, by a lookup of each."""
    word = search_word.c.word
    first_place: ColumnElement[int] = literal_column("1")
    length: ColumnElement[int] = literal_column("1")
    first = select(func.substr(func.min(word), first_place, length).label("letter"))
    letter = first.cte("letter", recursive=True)
    following = first.where(word > letter.c.letter + text_literal(_LAST)).correlate(letter)
    letters = letter.union_all(
        select(following.scalar_subquery()).where(letter.c.letter.is_not(None))
    )
    return select(cast(letters.c.letter, LargeBinary)).where(letters.c.letter.is_not(None))


def _candidates_query() -> CompoundSelect[Any]:
    """Return the statement that reads words that may be similar to another.

    Its parameters are the bounds of a range of words, those of their lengths, and other words.
    """
    word = search_word.c.word
    start, end = (bindparam(name, type_=Text()) for name in ("start", "end"))
    shortest, longest = (bindparam(name, type_=BigInteger()) for name in ("shortest", "longest"))
    in_range = (word >= start) & (word < end) & func.length(word).between(shortest, longest)
    others = json_elements(bindparam("others", type_=Text()))
    column = cast(word, LargeBinary)
    return (
        select(column).where(in_range).union_all(select(column).where(word.bool_op("IN")(others)))
    )
