"""The simplest vocabulary that is right: each lookup compares all words of all articles."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from newsgraph.store.search.folding import fold
from newsgraph.store.search.stemming import primary_subtag, stems_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from newsgraph.store.search.tokenizer import Token


class ReferenceVocabulary:
    """A `Vocabulary` without keys."""

    def __init__(self, articles: Iterable[tuple[str | None, list[Token]]]) -> None:
        """Args: articles: language and tokens of each article."""
        self._articles = list(articles)
        self.article_counts = Counter(
            form for _, tokens in self._articles for form in {token.form for token in tokens}
        )

    def find_known(self, words: Collection[str], /) -> set[str]:
        """Return the words of which an article has the form, or a stem in its language."""
        return {word for word in words if any(self._has_word(*a, word) for a in self._articles)}

    def find_similar(self, forms: Collection[str], /) -> dict[str, int]:
        """Return the words that are similar to one of the forms, with their articles' number."""
        return {
            word: count
            for word, count in self.article_counts.items()
            if any(is_similar(word, form) for form in forms)
        }

    @staticmethod
    def _has_word(language: str | None, tokens: list[Token], word: str) -> bool:
        form, stems = fold(word), set(stems_of(word, primary_subtag(language)))
        return any(token.form == form or stems & set(token.stems) for token in tokens)


def is_similar(first: str, second: str) -> bool:
    """Whether two words of 3 to 24 letters are an edit apart, or one letter is somewhere else."""
    for word in (first, second):
        if not 3 <= len(word) <= 24 or any(unicodedata.category(c)[0] not in "LM" for c in word):
            return False
    if count_edits(first, second) <= 1:
        return True
    has_same_start = first[0] == second[0] and len(first) == len(second)
    return has_same_start and letters_left_out(first, second) <= 1


def best_candidate(form: str, article_counts: dict[str, int]) -> str | None:
    """Return what a misspelt word is corrected to, by comparing it with all words."""
    candidates = [word for word in article_counts if word != form and is_similar(word, form)]
    if len(form) < 7:
        candidates = [word for word in candidates if count_edits(word, form) == 1]
    candidates.sort()
    candidates.sort(key=lambda word: article_counts[word], reverse=True)
    candidates.sort(key=lambda word: word[0] != form[0])
    candidates.sort(key=lambda word: min(count_edits(word, form), 2))
    return candidates[0] if candidates and len(form) >= 4 else None


def count_edits(first: str, second: str) -> int:
    """Return the Damerau-Levenshtein distance (optimal string alignment)."""
    rows = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in range(len(first) + 1):
        for j in range(len(second) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            replaced = rows[i - 1][j - 1] + (first[i - 1] != second[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced)
            if min(i, j) > 1 and first[i - 2 : i] == second[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def letters_left_out(first: str, second: str) -> int:
    """Return how many letters the longer word has besides the longest common subsequence."""
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, letter in enumerate(first, 1):
        for j, other in enumerate(second, 1):
            lengths[i][j] = (
                lengths[i - 1][j - 1] + 1
                if letter == other
                else max(lengths[i - 1][j], lengths[i][j - 1])
            )
    return max(len(first), len(second)) - lengths[-1][-1]
