"""Misspelt words of a search are corrected, and nothing else of it changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.search.folding import fold
from newsgraph.store.search.query_parser import MAX_CHARACTERS, parse_search
from newsgraph.store.search.spelling import (
    count_edits,
    is_word,
    other_first_letters,
    suggest,
    words_to_check,
)
from newsgraph.store.search.tokenizer import tokenize
from tests.store.search.reference_spelling import (
    ReferenceVocabulary,
    best_candidate,
    letters_left_out,
)
from tests.store.search.reference_spelling import count_edits as damerau_levenshtein


class SortedVocabulary(ReferenceVocabulary):
    """A vocabulary that compares only words that begin alike, as a store does."""

    def find_similar(self, forms, /):
        """Return the words that begin like one of the forms, or are one edit from it there."""
        letters = {word[0] for word in self.article_counts}
        others = {word for form in forms for word in other_first_letters(form, letters)}
        starts = {form[0] for form in forms}
        return {
            word: count
            for word, count in self.article_counts.items()
            if is_word(word) and (word[0] in starts or word in others)
        }


def vocabulary(*texts, kind=SortedVocabulary, language="en"):
    """Return the vocabulary of articles with these texts."""
    return kind((language, list(tokenize(text, language))) for text in texts)


ARCHIVE = vocabulary(
    "The government launches a rocket and a satellite.",
    "The rocket launch: a title, the videos, a bite, an e-mail and a website.",
    "École, библиотека, हिन्दी पानी, 東京タワー, straße, Node.js, GPT-4, internationally",
)
SUGGESTIONS = {
    "a letter left out": ("goverment", "government"),
    "a letter added": ("rockett", "rocket"),
    "a wrong letter": ("библеотека", "библиотека"),
    "two letters swapped": ("rokcet", "rocket"),
    "the wrong letter doubled": ("sattelite", "satellite"),
    "two edits in six letters": ("roockt", None),
    "two wrong letters next to each other": ("roecet", None),
    "two edits in seven letters": ("weebste", "website"),
    "the first letter": ("gocket", "rocket"),
    "capitals": ("GOVERMENT Rocket", "government Rocket"),
    "accents": ("écolle", "ecole"),
    "two letters for a ligature": ("Strase Straße", "strasse Straße"),
    "a vowel sign": ("हिन्दि पनी", "हिन्दी पनी"),
    "a soft hyphen": ("gover\u00adment", "government"),
    "full width": ("ｒｏｃｋｔ", "rocket"),
    "a word of three letters": ("teh", None),
    "a word that an article has": ("rocket", None),
    "a word by its stem": ("video launched", None),
    "a word that resembles none": ("bicycle", None),
    "a word that resembles another one's correction": ("bicycle rockett", "bicycle rocket"),
    "a number": ("2O24x rocke7", None),
    "code": ("GPT-5 C++ .jason", None),
    "a script without blanks": ("東京タワ", None),
    "nothing": ("", None),
    "blanks": ("  goverment\t rocket ", "  government\t rocket "),
    "words around it": ("a rocket for the goverment", "a rocket for the government"),
    "a word twice": ("lauch lauch", "launch launch"),
    "not": ("goverment -lauch NOT rokcet", "government -lauch NOT rokcet"),
    "not a group": ("-(goverment OR -lauch)", None),
    "not twice": ("--goverment", "--government"),
    "or": ("goverment OR lauch|rokcet", "government OR launch|rocket"),
    "groups": ("((lauch AND rokcet", "((launch AND rocket"),
    "a star": ("goverment* lauch", "goverment* launch"),
    "a phrase": ("„goverment lauch“", "„government launch“"),
    "a phrase with a star": ('"goverment lauch"*', '"government lauch"*'),
    "an unclosed phrase": ('"goverment lauch', '"government launch'),
    "a field": ("title:goverment", "title:government"),
    "a field with a phrase": ('Title:"the goverment"', 'Title:"the government"'),
    "an unknown field": ('x:goverment y:"a lauch"', 'x:government y:"a launch"'),
    "a misspelt field": ("titel:goverment títel:lauch", "titel:government títel:launch"),
    "a misspelt field with a phrase": ('titel:"a lauch"', 'titel:"a launch"'),
    "a colon": ('Goverment: "lauch:lauch"', 'government: "launch:launch"'),
    "what would be code in a phrase": ('"lauch thhe&co" lauch', '"lauch thhe&co" launch'),
    "several colons": ("title:x:lauch:x", "title:x:launch:x"),
    "dates": ("after:2024 goverment", "after:2024 government"),
    "elision": ("l'écolle d’Écolle", "l'ecole d’ecole"),
    "a possessive": ("the goverment’s", "the government’s"),
    "words with apostrophes": ("lauch'lauch'the", "launch'launch'the"),
    "hyphens": ("goverment-rokcet", "government-rocket"),
    "a known compound": ('"web-site site"', '"web-site bite"'),
    "a star after an apostrophe": ("goverment'lauch*", "government'lauch*"),
    "a compound in the archive": ("emial", "email"),
    "a part of a compound": ("e-mial", "e-mail"),
    "periods": ("goverment.rokcet", "government.rocket"),
    "what would be code": ("thhe&co lauch", "thhe&co launch"),
    "NUL and a lone surrogate": ("goverment\0\ud800", "government ?"),
    "many words": ('"' + "lauch " * 40, '"' + "launch " * 32 + "lauch " * 8),
    "some that cannot be replaced": (
        "titel:a lauch titel:a rokcet",
        "titel:a launch titel:a rocket",
    ),
    "a long text": ("x" * (MAX_CHARACTERS - 10) + " goverment", None),
    "more than is used": ("goverment " + "x" * MAX_CHARACTERS, "government"),
}


@pytest.mark.parametrize(("text", "expected"), SUGGESTIONS.values(), ids=SUGGESTIONS)
def test_suggestions(text, expected):
    """Words that no article has are corrected; all else stays as it was typed."""
    assert suggest(text, ARCHIVE) == expected


@pytest.mark.parametrize(
    ("texts", "typed", "expected"),
    [
        (["bakers"] * 3 + ["banker"], "bakker", "banker"),
        (["planes"] * 3 + ["plants"], "planzs", "planes"),
        (["planes", "plants"] * 3 + ["plants"], "planzs", "plants"),
        (["cater"] * 3 + ["water"], "wwter", "water"),
        (["later"] * 3 + ["gates"], "gater", "gates"),
        (["cater", "later"], "yater", "cater"),
        (["complaint"] * 3 + ["completes"], "complaits", "complaint"),
    ],
    ids=[
        "fewest edits",
        "most articles",
        "most articles of several",
        "same first letter",
        "same first letter, then most articles",
        "in alphabetical order",
        "an edit before two",
    ],
)
def test_the_best_candidate(texts, typed, expected):
    """Candidates are ranked by edits, first letter, number of articles, and the alphabet."""
    assert suggest(typed, vocabulary(*texts, language="xx")) == expected


def test_a_word_is_looked_up_in_the_language_of_each_article():
    """Its stem in this language counts."""
    german = vocabulary("Die Häuser an der Straße", language="de")
    assert suggest("haus", german) is None
    assert suggest("huas", vocabulary("Haus", language="de")) == "haus"


@pytest.mark.parametrize(
    "form", ["", "ab", "a" * 25, "gpt4", "3.5", "c++", ".net", "at&t", "😀😀😀"]
)
def test_what_is_no_word(form):
    """Only words of 3 to 24 letters are misspelt."""
    assert not is_word(form)


LETTERS = st.sampled_from("abcdéжि猫")
WORDS = st.text(LETTERS, min_size=3, max_size=12)


@given(WORDS, WORDS)
def test_edits(first, second):
    """The number of edits, compared with the Damerau-Levenshtein distance."""
    edits = count_edits(first, second)
    distance = damerau_levenshtein(first, second)
    assert (edits == 1) == (distance == 1)
    if edits == 2:
        assert letters_left_out(first, second) == 1
        assert len(first) == len(second) >= 7
    if distance <= 1 and first[0] != second[0]:
        assert second in other_first_letters(first, {second[0]})


@given(
    st.text("abc", min_size=1, max_size=9),
    st.dictionaries(st.text("abc", min_size=3, max_size=9), st.integers(1, 3), max_size=30),
)
def test_a_word_is_corrected_as_by_a_comparison_with_all_words(typed, article_counts):
    """The best of all words is suggested."""
    texts = [" ".join(w for w, count in article_counts.items() if count > n) for n in range(3)]
    expected = None if typed in article_counts else best_candidate(typed, article_counts)
    assert suggest(typed, vocabulary(*texts, language="xx")) == expected


PIECES = st.sampled_from(
    [
        *(
            '"',
            "(",
            ")",
            "-",
            "OR ",
            "NOT ",
            "|",
            "*",
            ":",
            "title:",
            "after:2024 ",
            "x:",
            "'",
            "’",
        ),
        *(" ", " ", " ", "“", "&", ".", "\0", "\ud800", "\u00ad", "\u200d", "猫", "é", "9", "'s "),
        *(
            "goverment",
            "Rokcet",
            "lauch",
            "titel",
            "thhe",
            "aftr",
            "web",
            "écolle",
            "STRASE",
            "nott",
        ),
        *("government", "emial", "हिन्दि", "xyzz", "библеотека", "internationaly"),
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=40)
ARCHIVES = st.lists(
    st.lists(
        st.sampled_from(
            [
                *("government", "rocket", "rockets", "launch", "title", "the", "after", "xyz"),
                *("web-site", "école", "straße", "not", "हिन्दी", "библиотека", "Node.js", "AT&T"),
            ]
        )
        | st.text(max_size=10),
        max_size=12,
    ).map(" ".join),
    max_size=5,
)


def outline(expression):
    """Return an expression without the text of its terms."""
    return type(expression), *(
        outline(part) if hasattr(part, "__dataclass_fields__") else part
        for name in expression.__dataclass_fields__
        if name not in ("text", "start")
        for value in [getattr(expression, name)]
        for part in (value if isinstance(value, tuple) else [value])
    )


@given(TEXTS, ARCHIVES, st.sampled_from(["en", "de", "ru", "xx"]))
def test_any_text_and_any_archive(text, texts, language):
    """A suggestion is the same search with known words, and has no suggestion itself."""
    keyed = vocabulary(*texts, language=language)
    suggestion = suggest(text, keyed)
    reference = vocabulary(*texts, language=language, kind=ReferenceVocabulary)
    assert suggestion == suggest(text, reference)
    if suggestion is None:
        return
    assert outline(parse_search(suggestion)) == outline(parse_search(text))
    assert suggest(suggestion, keyed) is None
    before, after = words_to_check(text), words_to_check(suggestion)
    changed = {word.form for word in after} - {word.form for word in before}
    assert changed <= keyed.article_counts.keys()
    assert suggestion.encode()


@given(TEXTS)
def test_words_are_where_they_were_typed(text):
    """Each word has its place in the text."""
    for word in words_to_check(text):
        assert fold(text[word.start : word.end]) == word.form
