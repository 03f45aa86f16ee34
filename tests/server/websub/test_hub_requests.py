"""Parsing and validation of requests to the hub."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.websub.errors import HubRequestError
from newsgraph.server.websub.intent_verification import add_query_parameters
from newsgraph.server.websub.request_parsing import FORM_MEDIA_TYPE, parse_request, topic_from_url
from tests.server.conftest import SITE

CALLBACK = "https://reader.example/hear?a=b"
TOPIC_URL = f"{SITE}/feeds/all.rss"
VALID_FORM = {"hub.mode": "subscribe", "hub.topic": TOPIC_URL, "hub.callback": CALLBACK}


def parse_form(form, content_type=FORM_MEDIA_TYPE):
    """Parse a form as a request to the hub."""
    return parse_request(content_type, urlencode(form).encode(), SITE, "serial")


def test_valid_request():
    """All fields of a valid request are parsed."""
    request = parse_form(VALID_FORM | {"hub.secret": "§", "hub.lease_seconds": "0999"})
    assert (request.mode, request.callback, request.host) == (
        "subscribe",
        CALLBACK,
        "reader.example",
    )
    assert (request.topic, request.topic_url) == ("/feeds/all.rss", TOPIC_URL)
    assert (request.secret, request.lease_seconds, request.serial) == ("§", 999, "serial")
    assert request.verify_token is None


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
def test_verify_token(mode):
    """A token of the longest permitted length is kept as it is; no log shows it."""
    token = " t§ken&=\0" + "x" * 1014
    request = parse_form(VALID_FORM | {"hub.mode": mode, "hub.verify_token": token})
    assert request.verify_token == token
    assert "ken" not in repr(request)
    assert parse_form(VALID_FORM | {"hub.verify_token": ""}).verify_token is None


NOT_ABSOLUTE = "hub.callback must be an absolute http or https URL"
NOT_INTERNAL = "is no feed of this site"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"hub.mode": "publish"}, "notices by itself"),
        ({"hub.mode": "x"}, "hub.mode must be subscribe or unsubscribe, not 'x'"),
        ({"hub.mode": ""}, "hub.mode must be"),
        ({"hub.callback": ""}, "hub.callback is missing"),
        ({"hub.topic": ""}, "hub.topic is missing"),
        ({"hub.callback": "reader.example"}, NOT_ABSOLUTE),
        ({"hub.callback": "ftp://reader.example/"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://x:0/"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://x:70000/"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://[::1/"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://x/a b"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://x/\r\nHost: y"}, NOT_ABSOLUTE),
        ({"hub.callback": "https://x/ä"}, "hub.callback must be ASCII"),
        ({"hub.callback": "https://x/#a"}, "hub.callback must have no fragment"),
        ({"hub.callback": "https://me:word@x/"}, "hub.callback must have no fragment, no user"),
        ({"hub.callback": "https://x/" + "a" * 2048}, "hub.callback has more than 2048"),
        ({"hub.topic": "https://elsewhere.example/feeds/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": "https://news.example/feeds/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": "https://news.example/archive"}, NOT_INTERNAL),
        ({"hub.topic": f"{SITE}er/feeds/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": f"{SITE}:8/feeds/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": f"{SITE}/feeds/../all.rss"}, NOT_INTERNAL),
        ({"hub.topic": f"{SITE}/feeds/%2E%2e/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": f"{SITE}//x/feeds/all.rss"}, NOT_INTERNAL),
        ({"hub.topic": f"{TOPIC_URL}#a"}, "hub.topic must have no fragment"),
        ({"hub.lease_seconds": "0"}, "hub.lease_seconds must be a positive integer"),
        ({"hub.lease_seconds": "-1"}, "hub.lease_seconds must be"),
        ({"hub.lease_seconds": "1.5"}, "hub.lease_seconds must be"),
        ({"hub.lease_seconds": "٣"}, "hub.lease_seconds must be"),
        ({"hub.secret": "x" * 200}, "hub.secret has more than 199 bytes"),
        ({"hub.secret": "ä" * 100}, "hub.secret has more than 199 bytes"),
        ({"hub.verify_token": "ä" * 513}, "hub.verify_token has more than 1024 bytes"),
    ],
)
def test_invalid_requests(fields, message):
    """An invalid request is rejected with a message for the subscriber's developer."""
    with pytest.raises(HubRequestError) as caught:
        parse_form(VALID_FORM | fields)
    assert message in str(caught.value)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "multipart/form-data; boundary=x",
        f"{FORM_MEDIA_TYPE}; charset=latin-1",
    ],
)
def test_unsupported_media_types(content_type):
    """Only forms in UTF-8 are accepted."""
    with pytest.raises(HubRequestError) as caught:
        parse_form(VALID_FORM, content_type)
    assert caught.value.status == 415


def test_media_type_is_case_insensitive():
    """Media types are case-insensitive, and many clients send the charset."""
    content_type = "Application/X-WWW-Form-Urlencoded ; charset=UTF-8"
    assert parse_form(VALID_FORM, content_type).topic == "/feeds/all.rss"


@pytest.mark.parametrize("body", [b"hub.mode=\xff", b"hub.mode=%FF", b"&".join([b"a=b"] * 101)])
def test_invalid_forms(body):
    """Forms in other encodings, and with too many parameters, are rejected."""
    with pytest.raises(HubRequestError):
        parse_request(FORM_MEDIA_TYPE, body, SITE, "serial")


def test_repeated_fields():
    """A repeated field is accepted if both values are equal."""
    assert parse_form([*VALID_FORM.items(), *VALID_FORM.items()]).callback == CALLBACK
    with pytest.raises(HubRequestError, match=r"hub\.topic has two different values"):
        parse_form([*VALID_FORM.items(), ("hub.topic", f"{TOPIC_URL}?x")])


def test_unsubscribe_requests_ignore_the_lease():
    """The lease of a request to unsubscribe is ignored, even if it is invalid (section 5.1)."""
    request = parse_form(VALID_FORM | {"hub.mode": "unsubscribe", "hub.lease_seconds": "x"})
    assert request.lease_seconds == 0


@pytest.mark.parametrize(
    ("url", "topic"),
    [
        ("HTTPS://News.Example:443/archive/feeds/all.rss", "/feeds/all.rss"),
        (f"{SITE}/feeds/%61ll%2Erss", "/feeds/all.rss"),
        (f"{SITE}/feeds/topics/ä.rss", "/feeds/topics/%C3%A4.rss"),
        (f"{SITE}/feeds/topics/%c3%a4.rss", "/feeds/topics/%C3%A4.rss"),
        (f"{SITE}/feeds/search.rss?q=a%20b&x=%2f", "/feeds/search.rss?q=a%20b&x=%2F"),
    ],
)
def test_equivalent_urls_are_one_topic(url, topic):
    """Equivalent URLs of a feed have the same topic (RFC 3986 section 6.2.2)."""
    assert topic_from_url(url, SITE) == topic


@given(st.text(max_size=60), st.text(max_size=60))
def test_urls_of_the_site_are_normalized(name, query):
    """Normalization leaves the site's own URLs unchanged."""
    path = f"/feeds/topics/x{quote(name, safe='-._~')}.rss"
    topic = path + (f"?q={quote(query, safe='-._~')}" if query else "")
    assert topic_from_url(SITE + topic, SITE) == topic


@given(st.binary(max_size=300))
def test_any_body(body):
    """Any body is either parsed or rejected."""
    with suppress(HubRequestError):
        assert parse_request(FORM_MEDIA_TYPE, body, SITE, "serial").callback


TEXT = st.text(max_size=80)
VALUES = st.sampled_from([CALLBACK, TOPIC_URL, "http://[::1]:8/", "86400"]) | TEXT


@given(
    st.dictionaries(
        st.sampled_from([*VALID_FORM, "hub.secret", "hub.lease_seconds", "hub.verify_token", "x"]),
        VALUES,
    )
)
def test_any_form(form):
    """An accepted request is within all limits."""
    with suppress(HubRequestError):
        request = parse_form(VALID_FORM | form)
        assert urlsplit(request.callback).hostname == request.host
        assert request.callback.isascii()
        assert request.topic == "/feeds/all.rss"
        assert len((request.secret or "").encode()) < 200
        assert request.lease_seconds == 0 or 300 <= request.lease_seconds <= 30 * 86_400


@given(st.sampled_from(["", "?", "?a=b", "?a=%66&", "?hub.mode=x"]), TEXT)
def test_parameters_follow_the_callbacks_query(query, value):
    """Added parameters are separate from the callback's own query, which is unchanged."""
    callback = f"https://reader.example/hear{query}"
    url = add_query_parameters(callback, {"hub.mode": "denied", "hub.reason": value})
    assert url.startswith(callback)
    before, _, reason = url.rpartition("hub.mode=denied&hub.reason=")
    assert before[-1] in "?&"
    assert reason == quote(value, safe="")
