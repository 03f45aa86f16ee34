"""When addresses are the same story; each rule of docs/documents.md has its test here."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgraph.store.documents import urls

ADDRESSES = st.one_of(
    st.text(),
    st.text("htps:/.@[]%?#&=;+ w\\0aAéß。\x00\t", max_size=40).map("http://".__add__),
    st.lists(
        st.sampled_from(
            [
                *("a", "A", "www.", "/", "..", ".", "%2e", "%2F", "%zz", "%C3%a9", "é", "?", "&"),
                *("=", "utm_source=x", "b=1", "a=2", "#", ":80", ":443", ":8080", "@", ";", " "),
                *("+", "~"),
            ]
        ),
        max_size=20,
    ).map(lambda pieces: "https://host" + "".join(pieces)),
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("http://a.b/c", "https://a.b/c", id="scheme"),
        pytest.param("https://EXAMPLE.com/C", "https://example.com/C", id="host lower case"),
        pytest.param("https://www.example.com/", "https://example.com", id="www"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="idna"),
        pytest.param("https://example.com./a", "https://example.com/a", id="trailing dot"),
        pytest.param("http://a.b:80/", "https://a.b", id="default port of http"),
        pytest.param("https://a.b:443/", "https://a.b", id="default port of https"),
        pytest.param("https://a.b:8080/", "https://a.b:8080", id="other port"),
        pytest.param("https://me:secret@a.b/", "https://a.b", id="user"),
        pytest.param("https://a.b/c/./d/../e", "https://a.b/c/e", id="dot segments"),
        pytest.param("https://a.b/../..", "https://a.b", id="dot segments above the root"),
        pytest.param("https://a.b/%2e%2E/c", "https://a.b/c", id="encoded dot segments"),
        pytest.param("https://a.b/%7ec/%41", "https://a.b/~c/A", id="unreserved decoded"),
        pytest.param("https://a.b/%c3%a9", "https://a.b/%C3%A9", id="hex upper case"),
        pytest.param("https://a.b/é d", "https://a.b/%C3%A9%20d", id="others encoded"),
        pytest.param("https://a.b/100%", "https://a.b/100%25", id="stray percent"),
        pytest.param("https://a.b/c%2Fd", "https://a.b/c%2Fd", id="reserved stay"),
        pytest.param("https://a.b/c/", "https://a.b/c", id="trailing slash"),
        pytest.param("https://a.b/c//d//", "https://a.b/c//d", id="slashes inside stay"),
        pytest.param("https://a.b/c#d", "https://a.b/c", id="fragment"),
        pytest.param("https://a.b/c?", "https://a.b/c", id="empty query"),
        pytest.param("https://a.b/?&&", "https://a.b", id="empty parameters"),
        pytest.param("https://a.b/c?utm_source=x&UTM_Medium=y", "https://a.b/c", id="utm"),
        pytest.param("https://a.b/c?utm%5fx=1&d=2", "https://a.b/c?d=2", id="utm encoded"),
        pytest.param("https://a.b/c?z=1&a=2&a=1", "https://a.b/c?a=2&a=1&z=1", id="sorted, stable"),
        pytest.param("https://a.b/?p=%61+b", "https://a.b?p=a+b", id="query encoding"),
        pytest.param(" https://a.b/c\n", "https://a.b/c", id="blanks around"),
        pytest.param("https://[::0:1]:80/c", "https://[::1]/c", id="IPv6"),
        pytest.param("mailto:a@b.c", None, id="other scheme"),
        pytest.param("//a.b/c", None, id="no scheme"),
        pytest.param("https:///c", None, id="no host"),
        pytest.param("https://a b/", None, id="no host name"),
        pytest.param("https://a\\b/", None, id="backslash"),
        pytest.param("https://[::1/", None, id="broken IPv6"),
        pytest.param("https://[::x]/", None, id="no IPv6"),
        pytest.param("https://a.b:port/", None, id="broken port"),
        pytest.param("https://a.b:99999/", None, id="port out of range"),
        pytest.param("https://a.b/\ud800", None, id="surrogate"),
        pytest.param(f"https://{'é' * 64}.b/", None, id="label too long for IDNA"),
        pytest.param(f"https://{'a' * 254}/", None, id="host too long"),
        pytest.param("", None, id="empty"),
    ],
)
def test_canonical(url, expected):
    """One rule each."""
    assert urls.canonical(url) == expected


@pytest.mark.parametrize("name", sorted(urls.TRACKING))
def test_tracking(name):
    """How a reader came is not what is read."""
    assert urls.canonical(f"https://a.b/?{name}=1&c=2") == "https://a.b?c=2"


@given(ADDRESSES)
@example("http://www.www.a.b:443/%25%2e/")
@example("https://ｗｗｗ.a。")
def test_canonical_is_idempotent(url):
    """A canonical address is its own, is ASCII, and keeps its domain."""
    once = urls.canonical(url)
    if once is not None:
        assert urls.canonical(once) == once
        assert once.isascii()
        assert urls.host_domain(once) == urls.host_domain(url)
        assert urls.is_web(urls.tidied(url))


@given(ADDRESSES)
def test_domain_is_idempotent(text):
    """A normal domain is its own normal form."""
    once = urls.domain(text)
    assert once is None or urls.domain(once) == once


@given(ADDRESSES, ADDRESSES)
def test_absolute_is_a_web_address(url, base):
    """Or nothing; and it never raises."""
    found = urls.absolute(url, base)
    assert found is None or urls.is_web(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cnn.com", "cnn.com"),
        ("https://WWW.CNN.com:443/world?x#y", "cnn.com"),
        ("//cnn.com/", "cnn.com"),
        ("user@cnn.com.", "cnn.com"),
        ("www.com", "www.com"),
        ("localhost:8000", "localhost"),
        ("[::1]:80", "[::1]"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("not a domain", None),
        ("a..b", None),
        ("", None),
    ],
)
def test_domain(text, expected):
    """People write domains in many ways."""
    assert urls.domain(text) == expected


def test_host_domain():
    """A publisher is the host of its address."""
    assert urls.host_domain("https://www.cnn.com/a") == "cnn.com"
    assert urls.host_domain("ftp://cnn.com/a") is None


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/a.png", "https://x.y/z/", "https://x.y/a.png"),
        ("a b.png", "https://x.y/z/", "https://x.y/z/a%20b.png"),
        ("//c.d/e", "https://x.y", "https://c.d/e"),
        ("https://c.d/e", None, "https://c.d/e"),
        ("/a.png", None, None),
        ("/a.png", "x/y", None),
        ("", "https://x.y", None),
        ("javascript:alert(1)", "https://x.y", None),
        ("//[", "https://x.y", None),
        ("//", "https://x.y", "https://x.y"),
    ],
)
def test_absolute(url, base, expected):
    """Relative addresses need a base on the web."""
    assert urls.absolute(url, base) == expected
