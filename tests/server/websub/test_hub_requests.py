"""Requests to the hub, read and refused."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.websub.errors import Refused
from newsgraph.server.websub.intent_verification import with_parameters
from newsgraph.server.websub.requests import FORM_TYPE, parse, topic_below
from tests.server.conftest import SITE

CALLBACK = "https://reader.example/hear?a=b"
TOPIC = f"{SITE}/feeds/all.rss"
GOOD = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK}


def read(form, content_type=FORM_TYPE, site=SITE):
    """Read a form."""
    return parse(content_type, urlencode(form).encode(), site, "serial")


def test_a_request():
    """What was sent, and what it comes to."""
    request = read(GOOD | {"hub.secret": "§", "hub.lease_seconds": "0999"})
    assert (request.mode, request.callback, request.host) == (
        "subscribe",
        CALLBACK,
        "reader.example",
    )
    assert (request.topic, request.topic_url) == ("/feeds/all.rss", TOPIC)
    assert (request.secret, request.lease_seconds, request.serial) == ("§", 999, "serial")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hub.mode": "publish"}, "sees by itself"),
        ({"hub.mode": "x"}, "hub.mode has to be subscribe or unsubscribe, not 'x'"),
        ({"hub.mode": ""}, "hub.mode has to be"),
        ({"hub.callback": ""}, "hub.callback is missing"),
        ({"hub.topic": ""}, "hub.topic is missing"),
        ({"hub.callback": "reader.example"}, "hub.callback has to be a whole http or https"),
        ({"hub.callback": "ftp://reader.example/"}, "hub.callback has to be a whole http"),
        ({"hub.callback": "https://"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://x:0/"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://x:70000/"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://[::1/"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://x/a b"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://x/\r\nHost: y"}, "hub.callback has to be a whole"),
        ({"hub.callback": "https://x/ä"}, "hub.callback has to be ASCII"),
        ({"hub.callback": "https://x/#a"}, "hub.callback must have no fragment"),
        ({"hub.callback": "https://me:word@x/"}, "hub.callback must have no fragment, no user"),
        ({"hub.callback": "https://x/" + "a" * 2048}, "hub.callback has more than 2048"),
        ({"hub.topic": "https://elsewhere.example/feeds/all.rss"}, "is no feed of this site"),
        ({"hub.topic": "https://news.example/feeds/all.rss"}, "is no feed of this site"),
        ({"hub.topic": "https://news.example/archive"}, "is no feed of this site"),
        ({"hub.topic": f"{SITE}er/feeds/all.rss"}, "is no feed of this site"),
        ({"hub.topic": f"{SITE}:8/feeds/all.rss"}, "is no feed of this site"),
        ({"hub.topic": f"{SITE}/feeds/../all.rss"}, "is no feed of this site"),
        ({"hub.topic": f"{SITE}/feeds/%2E%2e/all.rss"}, "is no feed of this site"),
        ({"hub.topic": f"{SITE}//x/feeds/all.rss"}, "is no feed of this site"),
        ({"hub.topic": f"{TOPIC}#a"}, "hub.topic must have no fragment"),
        ({"hub.lease_seconds": "0"}, "hub.lease_seconds has to be a positive whole number"),
        ({"hub.lease_seconds": "-1"}, "hub.lease_seconds has to be"),
        ({"hub.lease_seconds": "1.5"}, "hub.lease_seconds has to be"),
        ({"hub.lease_seconds": "٣"}, "hub.lease_seconds has to be"),
        ({"hub.secret": "x" * 200}, "hub.secret has more than 199 bytes"),
        ({"hub.secret": "ä" * 100}, "hub.secret has more than 199 bytes"),
    ],
)
def test_what_is_refused(change, told):
    """With what is wrong, for the one who writes the subscriber."""
    with pytest.raises(Refused) as refused:
        read(GOOD | change)
    assert told in str(refused.value)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("", 415),
        ("application/json", 415),
        ("multipart/form-data; boundary=x", 415),
        (f"{FORM_TYPE}; charset=latin-1", 415),
    ],
)
def test_what_is_no_form_in_utf_8(content_type, status):
    """Nothing is guessed."""
    with pytest.raises(Refused) as refused:
        read(GOOD, content_type)
    assert refused.value.status == status


@pytest.mark.parametrize("content_type", ["Application/X-WWW-Form-Urlencoded ; charset=UTF-8"])
def test_how_a_form_may_be_called(content_type):
    """Media types have no case, and many clients name the charset."""
    assert read(GOOD, content_type).topic == "/feeds/all.rss"


@pytest.mark.parametrize("body", [b"hub.mode=\xff", b"hub.mode=%FF", b"&".join([b"a=b"] * 101)])
def test_bytes_that_are_no_form(body):
    """Neither other encodings nor endless ones."""
    with pytest.raises(Refused):
        parse(FORM_TYPE, body, SITE, "serial")


def test_what_is_said_twice():
    """The same twice is no matter; not the same is nobody's intent."""
    assert read([*GOOD.items(), *GOOD.items()]).callback == CALLBACK
    with pytest.raises(Refused, match=r"hub\.topic is given twice"):
        read([*GOOD.items(), ("hub.topic", f"{TOPIC}?x")])


def test_a_lease_means_nothing_to_those_who_leave():
    """Section 5.1: it is ignored, whatever it says."""
    assert read(GOOD | {"hub.mode": "unsubscribe", "hub.lease_seconds": "x"}).lease_seconds == 0


@pytest.mark.parametrize(
    ("address", "topic"),
    [
        ("HTTPS://News.Example:443/archive/feeds/all.rss", "/feeds/all.rss"),
        (f"{SITE}/feeds/%61ll%2Erss", "/feeds/all.rss"),
        (f"{SITE}/feeds/topics/ä.rss", "/feeds/topics/%C3%A4.rss"),
        (f"{SITE}/feeds/topics/%c3%a4.rss", "/feeds/topics/%C3%A4.rss"),
        (f"{SITE}/feeds/search.rss?q=a%20b&x=%2f", "/feeds/search.rss?q=a%20b&x=%2F"),
    ],
)
def test_one_feed_is_one_topic(address, topic):
    """However its address is escaped (RFC 3986 section 6.2.2)."""
    assert topic_below(address, SITE) == topic


@given(st.text(max_size=60), st.text(max_size=60))
def test_names_in_topics(name, query):
    """What our own addresses are made of comes back as it was, and once more as the same."""
    path = f"/feeds/topics/x{quote(name, safe='-._~')}.rss"
    wanted = path + (f"?q={quote(query, safe='-._~')}" if query else "")
    assert topic_below(SITE + wanted, SITE) == wanted


@given(st.binary(max_size=300))
def test_any_bytes(body):
    """They are read or refused, and nothing else happens."""
    with suppress(Refused):
        assert parse(FORM_TYPE, body, SITE, "serial").callback


TEXT = st.text(max_size=80)
VALUES = st.sampled_from([CALLBACK, TOPIC, "http://[::1]:8/", "86400"]) | TEXT


@given(st.dictionaries(st.sampled_from([*GOOD, "hub.secret", "hub.lease_seconds", "x"]), VALUES))
def test_any_form(form):
    """What is taken keeps every limit, whatever the rest says."""
    with suppress(Refused):
        request = read(GOOD | form)
        assert urlsplit(request.callback).hostname == request.host
        assert request.callback.isascii()
        assert request.topic == "/feeds/all.rss"
        assert len((request.secret or "").encode()) < 200
        assert request.lease_seconds == 0 or 300 <= request.lease_seconds <= 30 * 86_400


@given(st.sampled_from(["", "?", "?a=b", "?a=%66&", "?hub.mode=x"]), TEXT)
def test_parameters_behind_a_callbacks_own(query, value):
    """Its own stay as they are, and the new ones are told apart from them."""
    callback = f"https://reader.example/hear{query}"
    address = with_parameters(callback, {"hub.mode": "denied", "hub.reason": value})
    assert address.startswith(callback)
    own, _, added = address.rpartition("hub.mode=denied&hub.reason=")
    assert own[-1] in "?&"
    assert added == quote(value, safe="")
