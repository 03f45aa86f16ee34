"""URLs are cleaned, resolved and canonicalized; each rule of docs/documents.md has a test."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsgraph.store.documents import uri_encoding, urls

URLS = st.one_of(
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
        pytest.param(" https://a.b/c\n", "https://a.b/c", id="surrounding spaces"),
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
        pytest.param("https://a.b/\ud800c", "https://a.b/c", id="surrogate"),
        pytest.param(f"https://{'é' * 64}.b/", None, id="label too long"),
        pytest.param(f"https://{'a' * 254}/", None, id="host too long"),
        pytest.param("", None, id="empty"),
    ],
)
def test_canonicalize_url(url, expected):
    """Each case shows one rule of canonicalization."""
    assert urls.canonicalize_url(url) == expected


@pytest.mark.parametrize("name", sorted(urls.TRACKING_PARAMETERS))
def test_tracking_parameters_are_removed(name):
    """Tracking parameters are not part of the canonical URL."""
    assert urls.canonicalize_url(f"https://a.b/?{name}=1&c=2") == "https://a.b?c=2"


@given(URLS)
@example("http://www.www.a.b:443/%25%2e/")
@example("https://ｗｗｗ.a。")
def test_canonicalize_url_is_idempotent(url):
    """A canonical URL is its own canonical form, is ASCII, and has the same domain."""
    canonical = urls.canonicalize_url(url)
    if canonical is not None:
        assert urls.canonicalize_url(canonical) == canonical
        assert canonical.isascii()
        assert urls.domain_from_url(canonical) == urls.domain_from_url(url)
        assert urls.is_http_url(uri_encoding.clean_url(url))


@given(URLS)
def test_normalize_domain_is_idempotent(text):
    """A normalized domain is its own normal form."""
    domain = urls.normalize_domain(text)
    assert domain is None or urls.normalize_domain(domain) == domain


@given(URLS, URLS)
def test_resolve_url_returns_an_http_url(url, base_url):
    """Resolving any URL against any base gives an http(s) URL or None, and never raises."""
    resolved = urls.resolve_url(url, base_url)
    assert resolved is None or urls.is_http_url(resolved)


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
        ("https://b%C3%BCcher.example/x", "xn--bcher-kva.example"),
        ("not a domain", None),
        ("a..b", None),
        ("", None),
    ],
)
def test_normalize_domain(text, expected):
    """A domain is normalized from a host, a URL or an e-mail address."""
    assert urls.normalize_domain(text) == expected


def test_domain_from_url():
    """The domain of an http(s) URL is its host; other URLs have none."""
    assert urls.domain_from_url("https://www.cnn.com/a") == "cnn.com"
    assert urls.domain_from_url("ftp://cnn.com/a") is None


@pytest.mark.parametrize(
    ("url", "base_url", "expected"),
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
def test_resolve_url(url, base_url, expected):
    """A relative URL is resolved only against an http(s) base."""
    assert urls.resolve_url(url, base_url) == expected
