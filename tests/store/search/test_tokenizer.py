"""Texts are cut into the words that people search for, in many scripts."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsgraph.store.search.tokenizer import (
    _SIMPLE,
    Token,
    _parts,
    _parts_by_pattern,
    has_tokens,
    tokenize,
)

FORMS = {
    "words": ("Public videos, (again)!", "public videos again"),
    "apostrophes": ("Facebook’s O'Reilly", "facebook o reilly"),
    "French elision": ("l’école aujourd'hui", "l ecole aujourd hui"),
    "hyphens and periods": ("state-of-the-art Node.js", "stateoftheart state of the art node js"),
    "underscores": ("snake_case #tag @user", "snake case tag user"),
    "code": ("C++ C# F# c .NET AT&T R&D", "c++ c# f# c .net at&t r&d"),
    "code in full width": ("Ｃ＋＋ ＡＩ", "c++ ai"),
    "plus and hash elsewhere": ("a+b C+++ #c", "a b c c"),
    "thousands": ("1,000 1.000 1’000 1\u202f000 12,345,678", "1000 1000 1000 1000 12345678"),
    "decimals": ("3.5 3,5 %", "3.5 3.5"),
    "versions and addresses": ("v2.0.1 2.0.1 192.168.0.1", "2.0.1 2.0.1 192.168.0.1"),
    "dates and codes": (
        "2024-05-01 CVE-2024-3094 GPT-4",
        "20240501 2024 05 01 cve20243094 cve 2024 3094 gpt4 gpt 4",
    ),
    "compatibility characters": ("ﬁne ① ½", "fine 1 1 2"),
    "soft hyphens and joiners": ("Daten\u00adschutz a\u2060b", "datenschutz ab"),
    "accents": ("Müller naïve Ångström Łódź Đà Nẵng", "muller naive angstrom lodz da nang"),
    "ligatures": ("straße STRASSE œuvre encyclopædia", "strasse strasse oeuvre encyclopaedia"),
    "Turkish": ("İstanbul Işık", "istanbul isik"),
    "Russian": ("Ёлка йод", "елка йод"),
    "Greek": ("Ὀδυσσεύς ΟΔΟΣ", "οδυσσευσ οδοσ"),
    "Hebrew": ("בִּינָה", "בינה"),
    "Arabic": ("مَدْرَسَة أحمد مدرســة", "مدرسه احمد مدرسه"),
    "digits of other scripts": ("١٢٣ ๒๕๖๗ ४२", "123 2567 42"),
    "Hindi": ("हिन्दी मुफ़्त", "हिन्दी मुफ्त"),
    "Chinese": ("人工智能", "人工 工智 智能 能"),
    "Chinese with English": ("AI技术2024年", "ai 技术 术 2024 年"),
    "Japanese": ("東京でロボット", "東京 京で でロ ロボ ボッ ット ト"),
    "half-width katakana": ("ﾊﾟｿｺﾝ", "パソ ソコ コン ン"),
    "Korean, decomposed": ("\u1103\u1169\u1109\u1165", "도서 서"),
    "Korean": ("인공지능이", "인공 공지 지능 능이 이"),
    "one character": ("猫", "猫"),
    "Thai": ("กาแฟ", "กา าแ แฟ ฟ"),
    "emoji": ("ok 😀👍🏽 👩‍💻 🇩🇪 ❤️", "ok 😀 👍 👩‍💻 🇩🇪 ❤"),
    "symbols": ("© € — … % ™", ""),
    "nothing": (" \n\t ", ""),
}


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_forms(text, expected):
    """Forms are folded; the order is that of the text."""
    assert " ".join(token.form for token in tokenize(text)) == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "train trains trained training"),
        ("en-GB", "company companies Company’s"),
        ("de", "Häuser Haus haeuser"),
        ("de_AT", "Müller Mueller Muller"),
        ("fr", "école écoles ecole"),
        ("es", "canción canciones cancion"),
        ("it", "notizia notizie"),
        ("nl", "krant kranten"),
        ("pt", "notícia notícias noticia"),
        ("sv", "tidning tidningar"),
        ("ru", "книга книги книгой"),
        ("ar", "كتاب الكتاب"),
        ("el", "λόγος λόγου λογος"),
        ("tr", "kitap kitaplar"),
        ("fi", "talo talossa"),
        ("hu", "ház házban haz"),
        ("zh", "video videos"),
        ("xx", "same Same SAME"),
        (None, "video videos"),
    ],
)
def test_stems(language, words):
    """Inflected words have a stem in common, also if they are typed without accents."""
    stems = [set(token.stems) for token in tokenize(words, language)]
    assert set.intersection(*stems)


def test_words_of_an_unknown_language_have_no_stems():
    """What is right for another language would find other words."""
    [token] = tokenize("videos", "xx")
    assert token.stems == ("videos",)


def test_compounds_have_the_position_of_their_first_part():
    """So that a phrase can have them, or their parts; both find ``email`` and ``e mail``."""
    tokens = [(token.position, token.form, token.length) for token in tokenize("an e-mail box")]
    assert tokens == [(0, "an", 1), (1, "email", 2), (1, "e", 1), (2, "mail", 1), (3, "box", 1)]


def test_positions_are_those_in_the_text():
    """So that a snippet can mark what was found; a part of a word stands for the word."""
    text = "  L’école:\u00a02,500 ﾊﾟｿ"
    tokens = list(tokenize(text, "fr"))
    assert [token.position for token in tokens] == [0, 1, 2, 3, 4]
    assert [text[token.start : token.end] for token in tokens] == [
        *("L’école", "L’école", "2,500", "ﾊﾟｿ", "ｿ")
    ]
    assert [token.kind for token in tokens] == ["word"] * 3 + ["piece"] * 2


ALPHABET = st.characters() | st.sampled_from("aà'’-.,&+#1９é\u0301\u00ad\u200d猫ﾊﾟกิ😀👍🏽🇩🇪ם\u0640 ")


@given(st.text(ALPHABET, max_size=60), st.sampled_from(["en", "de", "ar", "zh", "tr", None]))
def test_any_text(text, language):
    """Tokens are in order and within the text, and no form is empty or has a blank."""
    tokens = list(tokenize(text, language))
    positions = [token.position for token in tokens if token.kind != "compound"]
    assert positions == list(range(len(positions)))
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.form
        assert token.stems
        assert not any(part.isspace() for part in (token.form, *token.stems))
    assert has_tokens(text) == bool(tokens)


@given(st.text(ALPHABET, max_size=30), st.text(ALPHABET, max_size=30))
def test_blanks_separate(first, second):
    """What is beside a text does not change its tokens, so that a search finds them."""

    def forms(text):
        return [(token.form, token.stems) for token in tokenize(text)]

    assert forms(f"{first} {second}") == forms(first) + forms(second)


@given(st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=20))
def test_folded_text_has_the_same_forms(text):
    """People find words however they type them: folded, in capitals, or composed differently."""
    tokens = list(tokenize(text))
    assume(not any(token.kind == "piece" for token in tokens))
    forms = [token.form for token in tokens]
    assert [token.form for token in tokenize(" ".join(forms))] == forms


@given(
    st.text("\"'([.,;:!?)]*<>_&#+-“”’…،؟abcßçŉİſéЁяΆς·ΐאםءىـ1", max_size=12),
    st.sampled_from(["en", "de", "ru", "ar", "he", "tr", "xx"]),
)
def test_simple_words_need_no_pattern(chunk, subtag):
    """A word of letters only has the same tokens without the pattern, which is slow."""
    assert _parts(chunk, subtag) == _parts_by_pattern(chunk, subtag)


def test_all_letters_of_simple_words():
    """Each letter that a simple word can have is a word by the pattern, too."""
    letters = [chr(code) for code in range(0x700) if _SIMPLE.fullmatch(chr(code) * 2)]
    assert len(letters) > 500
    for letter in letters:
        assert _parts(letter * 2, "xx") == _parts_by_pattern(letter * 2, "xx")


def test_long_texts_of_one_pattern():
    """A pattern that goes back over what it has read would not end."""
    for text, count in (
        *(("a'" * 100_000, 100_000), ("1," * 100_000, 1), ("." * 200_000, 0)),
        *(("猫\u0301" * 50_000, 50_000), ("a\u00ad" * 100_000, 1), ("&a" * 100_000, 100_000)),
    ):
        assert sum(1 for _ in tokenize(text)) == count


def test_a_token_is_a_tuple():
    """Millions of them are made by an import."""
    assert Token(0, "a", ("a",), 0, 1) == (0, "a", ("a",), 0, 1, "word", 1)
