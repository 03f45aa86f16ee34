"""Snippets show the words that a search has found, as safe HTML."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsgraph.store.search.expression import EVERYTHING, AllOf, Not, Term
from newsgraph.store.search.query_parser import parse_search
from newsgraph.store.search.snippets import MAX_TEXT_LENGTH, MAX_WORDS, render_snippet
from tests.store.search.reference_search import ReferenceArticle, ReferenceSearch

MARKS = {
    "no match": ("en", "robots", "No such word.", "No such word."),
    "nothing to search for": ("en", "", "Some words.", "Some words."),
    "inflections": ("en", "train", "It trains; it trained.", "It [trains]; it [trained]."),
    "an exact word": ("en", '"train"', "It trains a train.", "It trains a [train]."),
    "another language": ("xx", "train", "It trains a train.", "It trains a [train]."),
    "an umlaut": ("de", "haus", "Die Häuser der Stadt.", "Die [Häuser] der Stadt."),
    "two spellings": ("de", "Mueller", "Müller, Muller.", "[Müller], [Muller]."),
    "an accent": ("fr", "ecole", "L’école est fermée.", "[L’école] est fermée."),
    "a possessive": ("en", "company", "The company’s AI.", "The [company’s] AI."),
    "a phrase": ("en", '"public videos"', "Public, videos public.", "[Public, videos] public."),
    "not a phrase": ("en", '"public videos"', "Videos: public.", "Videos: public."),
    "a long and a short term": ("en", '"a b c" b', "a b c; b", "[a b c]; [b]"),
    "terms that overlap": ("en", '"a b" "b c"', "a b c d", "[a b c] d"),
    "a prefix": ("en", "vid*", "Videos, a vid, divide.", "[Videos], a [vid], divide."),
    "a prefix of a phrase": ("en", '"a vid"*', "A video.", "[A video]."),
    "an alternative": ("en", "a OR b", "b a c", "[b] [a] c"),
    "an excluded term": ("en", "a -b -(c d)", "a b c d", "[a] b c d"),
    "a term of a field": ("en", "a title:b topic:c", "a b c", "[a] b c"),
    "a date": ("en", "after:2024 a", "2024 a", "2024 [a]"),
    "a compound": ("en", "email", "E-mail, e‑mail, e mail.", "[E-mail], [e‑mail], e mail."),
    "parts of a compound": ("en", "mail", "An e-mail.", "An e-[mail]."),
    "a compound and its parts": ("en", "e-mail", "email, e mail", "[email], [e mail]"),
    "a compound in a phrase": ("en", '"an email box"', "An e-mail box.", "[An e-mail box]."),
    "code": ("en", "C++ c#", "C++, C# or C.", "[C++], [C#] or C."),
    "numbers": ("en", "2500", "2,500 or 2\u202f500.", "[2,500] or [2\u202f500]."),
    "numbers and wide blanks": ("zh", "2500", "2\u202f500　2500。", "[2\u202f500]　[2500]。"),
    "emoji": ("en", "👍", "ok 😀👍🏽!", "ok 😀[👍🏽]!"),
    "Russian": ("ru", "книга", "Новые книги.", "Новые [книги]."),
    "Arabic": ("ar", "كتاب", "هذا الكتاب جديد", "هذا [الكتاب] جديد"),
    "Arabic vowels": ("ar", "مدرسه", "في مَدْرَسَة", "في [مَدْرَسَة]"),
    "Hindi": ("hi", "हिन्दी", "यह हिन्दी है।", "यह [हिन्दी] है।"),
    "Chinese": ("zh", "人工智能", "大人工智能，人工，智能。", "大[人工智能]，人工，智能。"),
    "Chinese, with a joiner": ("zh", "人工", "大人\u200b工。", "大[人\u200b工]。"),
    "Chinese, a character": ("zh", "智", "人工智能，智。", "人工[智]能，[智]。"),
    "Chinese, the last character": ("zh", "能", "智能", "智[能]"),
    "Chinese, two that touch": ("zh", "人工 智能", "人工智能", "[人工智能]"),
    "Chinese with English": ("zh", "ai技术", "用AI技术。", "用[AI技术]。"),
    "English in Chinese": ("zh", "video", "看VIDEOS吧。", "看[VIDEOS]吧。"),
    "Japanese": ("ja", "パソ", "京で\uff8a\uff9f\uff7fを", "京で[\uff8a\uff9f\uff7f]を"),
    "Korean": ("ko", "인공지능", "인공지능이 온다", "[인공지능]이 온다"),
    "Thai": ("th", "กาแฟ", "ดื่มกาแฟร้อน", "ดื่ม[กาแฟ]ร้อน"),
    "Thai, a character of two": ("th", "น", "ดื่มน้ำ", "ดื่ม[น้ำ]"),
    "escaped characters": ("en", "b", "<b> & \"'", "&lt;[b]&gt; &amp; &quot;&#39;"),
    "markup": ("en", "mark", "<mark>a</mark>", "&lt;[mark]&gt;a&lt;/[mark]&gt;"),
}


@pytest.mark.parametrize(("language", "query", "text", "marked"), MARKS.values(), ids=MARKS)
def test_marks(language, query, text, marked):
    """Marked is what a search finds in the article's language, and nothing else."""
    html = marked.replace("[", "<mark>").replace("]", "</mark>")
    assert render_snippet([text], language, parse_search(query)) == html


TEN = "one two three four five six seven eight nine ten"
CHINESE = "我们今天在这里看到许多新的东西" * 10
WINDOWS = {
    "the beginning": ("zzz", [f"{TEN}. {TEN}. {TEN}."], f"{TEN}. {TEN}. one two three four…"),
    "a text that is not blank": ("zzz", ["", " \n", " a b "], "a b"),
    "no text": ("a", [], ""),
    "only punctuation": ("a", ["?! …"], "?! …"),
    "the better text": ("a b", ["a c", "b a", "a b"], "[b] [a]"),
    "the first of equals": ("a", ["c", "x a", "a"], "x [a]"),
    "the most terms": (
        "aa bb",
        [f"aa {TEN} {TEN} {TEN}. Here bb and aa. {TEN} {TEN} {TEN}"],
        f"…Here [bb] and [aa]. {TEN} {TEN}…",
    ),
    "a sentence": (
        "aa",
        [f"{TEN} {TEN} {TEN}. Zero. “This aa”! {TEN} {TEN} {TEN}"],
        f"…“This [aa]”! {TEN} {TEN} one two…",
    ),
    "a block": (
        "aa",
        [f"{TEN} {TEN} {TEN} \n Title aa {TEN} {TEN} {TEN}"],
        f"…Title [aa] {TEN} {TEN} one two…",
    ),
    "no abbreviation": (
        "aa",
        [f"{TEN} {TEN} {TEN}. We see, i.e. this aa. {TEN} {TEN} {TEN}"],
        f"…We see, i.e. this [aa]. {TEN} one two three four five six seven eight…",
    ),
    "both sides": (
        "aa",
        [f"{TEN} {TEN} {TEN} aa {TEN} {TEN}"],
        f"…ten {TEN} [aa] {TEN} one two…",
    ),
    "the end": (
        "aa",
        [f"{TEN} {TEN} {TEN} aa."],
        f"…eight nine ten {TEN} {TEN} [aa].",
    ),
    "a short sentence at the end": (
        "aa",
        [f"{TEN} {TEN} {TEN}. X {TEN}. {TEN}. Only aa."],
        f"…X {TEN}. {TEN}. Only [aa].",
    ),
    "a long phrase": (
        f'"{TEN} {TEN} {TEN}"',
        [f"x {TEN} {TEN} {TEN}"],
        f"…[{TEN} {TEN} one two three four]…",
    ),
    "Chinese, the beginning": ("zzz", [CHINESE], CHINESE[:48] + "…"),
    "Chinese, a sentence": (
        "机器人",
        [f"{CHINESE}。有机器人。{CHINESE}"],
        f"…有[机器人]。{CHINESE[:44]}…",
    ),
    "Chinese, a phrase": (
        "机器人",
        [f"{CHINESE}，有机器人。{CHINESE}"],
        f"…有[机器人]。{CHINESE[:44]}…",
    ),
    "Japanese, no small letter first": (
        "猫",
        ["ちょ" * 50 + "猫" + "ちょ" * 50],
        "…" + "ちょ" * 11 + "[猫]" + "ちょ" * 12 + "…",
    ),
    "a word that is too long": ("a*", ["a" * 500], f"[{'a' * 384}]…"),
}


@pytest.mark.parametrize(("query", "texts", "marked"), WINDOWS.values(), ids=WINDOWS)
def test_windows(query, texts, marked):
    """A snippet has the most different terms, and starts where a reader would start."""
    html = marked.replace("[", "<mark>").replace("]", "</mark>")
    assert render_snippet(texts, None, parse_search(query)) == html


def test_matches_far_from_the_beginning():
    """Texts are read up to a bound; a better window can be anywhere before it."""
    filler = "filler " * 2_000
    text = f"{filler}aa {filler} bb. Both aa bb. {filler}"
    assert "Both <mark>aa</mark> <mark>bb</mark>." in render_snippet(
        [text], "en", parse_search("aa bb")
    )
    text = f"{'aa filler ' * 200}bb aa"
    assert "<mark>bb</mark>" in render_snippet([text], "en", parse_search("aa bb"))
    text = "人" * 1_900 + "智能机器" + "人" * 200 + "机器智能"
    assert "<mark>智能机器</mark>" in render_snippet([text], "zh", parse_search("智能机器"))
    text = "filler " * (MAX_TEXT_LENGTH // 6) + "aa"
    assert render_snippet([text], "en", parse_search("aa")).startswith("filler")


def test_the_number_of_words():
    """A phrase that does not fit is cut; another term does not get lost."""
    text = " ".join(f"w{number}" for number in range(40))
    snippet = render_snippet([text], "en", parse_search("w10 w14 w15"), max_words=5)
    assert snippet == "…<mark>w10</mark> w11 w12 w13 <mark>w14</mark>…"
    text = "aa x x x bb cc x x x x aa bb cc x"
    snippet = render_snippet([text], "en", parse_search('aa "bb cc"'), max_words=5)
    assert snippet.endswith("<mark>aa</mark> <mark>bb cc</mark> x")


def test_a_part_of_a_word_is_not_a_word():
    """What is before a match is not read from the beginning of the text."""
    word = "b" * 16 + "a"
    snippet = render_snippet([f"{word} " * 40 + "a"], "en", parse_search("a"))
    assert re.fullmatch(f"…({word} )+<mark>a</mark>", snippet)


def test_texts_that_are_not_needed():
    """What is after a text with all terms is not read: a text can take time to be made."""
    texts = iter(["a", "b a", "unread"])
    assert render_snippet(texts, "en", parse_search("a b")) == "<mark>b</mark> <mark>a</mark>"
    assert list(texts) == ["unread"]


def test_long_chunks():
    """A chunk that is too long to be remembered, such as a URL, has matches as any other."""
    path = "/".join(f"x{number}" for number in range(300))
    snippet = render_snippet([f"{path}/aa/{path}"], "en", parse_search("aa"), max_words=5)
    assert snippet == "…x298/x299/<mark>aa</mark>/x0/x1…"
    assert "<mark>aa</mark>" in render_snippet([f"{path}/aa"], "en", parse_search("a*"))


ALPHABET = st.sampled_from(
    [
        *("robots", "robot", "Robots’", "train", "trained", "e-mail", "email", "mail", "e", "C++"),
        *(" ", " ", " ", ". ", "\n", "\n\n", "-", "'", '"', "&", "<", "<mark>", "&amp;"),
        *("人", "工", "智", "能", "。", "，", "กา", "แฟ", "น้ำ", "เ", "ﾊ", "ﾟ", "ッ"),
        *("한", "국", "어", "😀", "👍🏽", "1,000", "\u00a0", "\u202f", "\u3000", "مدرسة", "ß"),
        *(
            "½",
            "…",
            "\u0301",
            "\u00ad",
            "\u200d",
            "\x1c",
            "\u2028",
            "\x00",
            "é",
            "Häuser",
            "haus",
            "〇",
            "ー",
        ),
    ]
)
TEXTS = st.lists(ALPHABET, max_size=60).map("".join) | st.text(max_size=60)
QUERIES = st.lists(
    ALPHABET | st.sampled_from([" ", "*", " OR ", " -", '"', "title:"]), max_size=8
).map("".join) | st.text(max_size=12)
LANGUAGES = st.sampled_from(["en", "de", "ar", "zh", "th", "xx", None])


@given(st.lists(TEXTS, max_size=3), QUERIES, LANGUAGES, st.integers(1, 30))
@example(["\u0301"], "a", "en", 1)
def test_any_snippet(texts, query, language, max_words):
    """A snippet is a part of a text, and contains no tags but ``<mark>``, which are balanced."""
    snippet = render_snippet(texts, language, parse_search(query), max_words)
    html = re.sub(r"<mark>([^<>]+)</mark>", r"\1", snippet)
    assert not re.search("[<>\"']", html)
    plain = unescape(re.sub("&(?!(amp|lt|gt|quot|#39);)", "&amp;", html))
    parts = {plain, plain.removeprefix("…"), plain.removesuffix("…"), plain[1:-1]}
    assert any(part in text for part in parts for text in (*texts, ""))
    assert bool(snippet) == any(text and not text.isspace() for text in texts)


@given(TEXTS, st.lists(QUERIES.map(lambda text: text.replace("|", "")), max_size=3), LANGUAGES)
def test_marks_are_matches(text, queries, language):
    """Something is marked if and only if the reference search finds a term in the text."""
    queries = [
        query
        for query in queries
        if isinstance(term := parse_search(query), Term) and term.field is None
    ]
    is_found = any(has_term(text, query, language) for query in queries)
    expression = AllOf(tuple(map(parse_search, queries)))
    assert ("<mark>" in render_snippet([text], language, expression)) == is_found


def has_term(text, query, language):
    """Whether the reference search finds a search in a text."""
    article = ReferenceArticle("a", language or "en", None, "", text)
    return bool(ReferenceSearch([article]).search_as_typed(query))


@given(TEXTS, QUERIES.map(lambda text: text.replace("|", "")), LANGUAGES)
@example("a a b a b b", '"a b"', "en")
@example("an e-mail-e-mail", '"e mail e"', "en")
def test_all_matches_are_marked(text, query, language):
    """A search finds each mark, and does not find the text without them."""
    term = parse_search(query)
    assume(isinstance(term, Term) and term.field is None)
    parts = re.split("<mark>(.*?)</mark>", render_snippet([text], language, term, 1_000))
    parts = [unescape(re.sub("&(?!(amp|lt|gt|quot|#39);)", "&amp;", part)) for part in parts]
    for part in parts[1::2]:
        assert has_term(part, query, language)
    assert not has_term("\nж\n".join(parts[::2]), query, language)


@given(
    st.lists(st.sampled_from(["aa", "bb", "cc", "x", "y.", "Z"]), max_size=60), st.integers(1, 9)
)
def test_the_most_terms(words, max_words):
    """No other words of this number have more different terms."""
    terms = {"aa", "bb", "cc"}
    snippet = render_snippet([" ".join(words)], "xx", AllOf(tuple(map(Term, terms))), max_words)
    most_terms = max(
        (len(terms.intersection(words[at : at + max_words])) for at in range(len(words))), default=0
    )
    plain = re.sub("</?mark>|…", "", snippet)
    assert len(terms.intersection(plain.split())) == most_terms
    assert len(plain.split()) <= max_words
    assert set(re.findall("<mark>(.*?)</mark>", snippet)) == terms.intersection(plain.split())


def test_long_texts_of_one_pattern():
    """What is read again for each match would not end."""
    for text, query in (
        *(("a " * 500_000, "a b"), ("a b " * 300_000, '"a b" "b b"'), ("a" * 1_000_000, "a* b")),
        *(("人工" * 500_000, "人工 能"), ("人。" * 500_000, "人 能"), (" " * 1_000_000 + "a", "a")),
        *(("a" + " " * 150_000 + "b", "a b"), ("." * 1_000_000, "a"), ("é" * 1_000_000, "é")),
    ):
        assert len(re.sub("</?mark>", "", render_snippet([text], "zh", parse_search(query)))) <= (
            MAX_WORDS * 16 + 2
        )


def test_no_terms():
    """All articles, or articles without a word, have no matches."""
    for expression in (EVERYTHING, Not(Term("a")), Term(""), Term("a", "title")):
        assert render_snippet(["a b"], "en", expression) == "a b"
