"""IRIs are converted to URIs (RFC 3986), and URIs stay unchanged."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.uri_encoding import iri_to_uri

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# RFC 3986 appendix A: every character allowed in a URI, and complete percent-encodings.
URI_CHARACTERS = re.compile(r"(?:[0-9A-Za-z\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")


@pytest.mark.parametrize(
    "uri",
    [
        "https://www.cnet.com/news/facebook-will-train-its-ai-by-using-public-videos/",
        "https://cdn.example/img/qQr3vJP8lfNUUjdSYnsCkPjpyRo=/1200x630/a.jpg?w=1&s=all",
        "http://user:secret@host.example:8080/a;b=c/(d)?e=%20&f=[#g/h?i".replace("[", "%5B"),
        "https://example.org",
        "http://[2001:db8::1]:8000/feed",
        "urn:uuid:0d9e8ac1-9d0e-5c77-8f3a-51e15de2d001",
        "https://news_desk.example/",
        "",
    ],
)
def test_uri_is_unchanged(uri):
    """A URI is returned unchanged, including its escapes and their case."""
    assert iri_to_uri(uri) == uri


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (" https://a.example/b c \n", "https://a.example/b%20c"),
        ("https://a.example/b\n\tc\x0b", "https://a.example/bc"),
        ("https://a.example/ü?ö=ä#ß", "https://a.example/%C3%BC?%C3%B6=%C3%A4#%C3%9F"),
        ("https://a.example/100%/%zz/%41", "https://a.example/100%25/%25zz/%41"),
        ('https://a.example/"<x>"{y}|\\^`', "https://a.example/%22%3Cx%3E%22%7By%7D%7C%5C%5E%60"),
        ("https://a.example/a[1]?b[]=2#c#d", "https://a.example/a%5B1%5D?b%5B%5D=2#c%23d"),
        ("https://Bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://straße.example:80/x", "https://xn--strae-oqa.example:80/x"),
        ("https://例え。テスト/x", "https://xn--r8jz45g.xn--zckzah/x"),
        ("https://b%C3%BCcher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://%62.example/%62", "https://b.example/%62"),
        ("https://b%FCcher.example/", "https://b%FCcher.example/"),
        ("https://a%2Fb%C3%BC.example/", "https://a%2Fb%C3%BC.example/"),
        ("https://jürgen@a.example/", "https://j%C3%BCrgen@a.example/"),
        ("https://a b.example/", "https://a%20b.example/"),
        ("HTTP://A.example/B", "http://A.example/B"),
        ("https://[::1¡/", "https://%5B%3A%3A1%C2%A1/"),
        ("https://evil.example℀.example/", "https://evil.example%E2%84%80.example/"),
    ],
)
def test_invalid_characters_are_encoded(iri, expected):
    """Each component is encoded by its own rules, and the host becomes IDNA."""
    assert iri_to_uri(iri) == expected


@given(st.one_of(ANY_TEXT, ANY_TEXT.map("https://".__add__), ANY_TEXT.map("http://a/".__add__)))
def test_any_text_becomes_a_stable_uri(text):
    """Any text is converted to characters that RFC 3986 allows, and then stays unchanged."""
    assert URI_CHARACTERS.fullmatch(iri_to_uri(text))
    assert iri_to_uri(iri_to_uri(text)) == iri_to_uri(text)


@given(ANY_TEXT)
def test_path_cannot_change_the_host(text):
    """No text in the path changes the host of the URL."""
    assert urlsplit(iri_to_uri(f"https://a.example/{text}")).netloc == "a.example"
