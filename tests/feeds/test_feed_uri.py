"""Addresses become URIs of RFC 3986, and URIs stay what they are."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.feeds.uri import uri

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# RFC 3986 appendix A: every character that may stand in a URI, and whole escapes.
URI_CHARACTERS = re.compile(r"(?:[0-9A-Za-z\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")


@pytest.mark.parametrize(
    "address",
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
def test_a_uri_stays(address):
    """What is a URI already is not touched, escapes and case included."""
    assert uri(address) == address


@pytest.mark.parametrize(
    ("address", "expected"),
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
        ("https://jürgen@a.example/", "https://j%C3%BCrgen@a.example/"),
        ("https://a b.example/", "https://a%20b.example/"),
        ("HTTP://A.example/B", "http://A.example/B"),
        ("https://[::1¡/", "https://%5B%3A%3A1%C2%A1/"),
        ("https://evil.example℀.example/", "https://evil.example%E2%84%80.example/"),
    ],
)
def test_what_is_not_allowed_is_encoded(address, expected):
    """Each part is encoded by its own rule, and the host goes to IDNA."""
    assert uri(address) == expected


@given(st.one_of(ANY_TEXT, ANY_TEXT.map("https://".__add__), ANY_TEXT.map("http://a/".__add__)))
def test_any_text_becomes_uri_characters(text):
    """Whatever comes in, only what RFC 3986 allows comes out, and then it stays."""
    assert URI_CHARACTERS.fullmatch(uri(text))
    assert uri(uri(text)) == uri(text)


@given(ANY_TEXT)
def test_encoding_never_moves_the_host(text):
    """Nothing in a path can turn the address into one of another site."""
    assert urlsplit(uri(f"https://a.example/{text}")).netloc == "a.example"
