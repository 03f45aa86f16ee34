"""The files that front matter attaches to a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.document import Article, Enclosure
from newsgraph.store.documents.frontmatter import parse_document

URL = "https://cdn.example/1.mp3"
MP3 = Enclosure(URL, "audio/mpeg")


def parse_enclosures(front):
    """Parse a document without diagnostics, and return its enclosures."""
    parsed = parse_document(f"---\ntitle: T\n{front}\n---\n", "a.md")
    assert parsed.diagnostics == ()
    return parsed.content.enclosures


@pytest.mark.parametrize(
    ("front", "enclosures"),
    [
        (f"enclosure: {URL}", (MP3,)),
        (f"enclosure: {URL} 123 audio/mp3", (Enclosure(URL, "audio/mp3", 123),)),
        (
            f"enclosure: |\n  {URL}\n  123\n  audio/mpeg\n  a:1:{{s:8}}",
            (Enclosure(URL, "audio/mpeg", 123),),
        ),
        (
            f"enclosure: {{url: '{URL}', length: '9', type: audio/x-m4a}}",
            (Enclosure(URL, "audio/x-m4a", 9),),
        ),
        (
            f"enclosures: [{URL}, {{href: /notes.pdf}}, {URL}]",
            (MP3, Enclosure("/notes.pdf", "application/pdf")),
        ),
        (f"podcast: {{url: '{URL}', size: 12}}", (Enclosure(URL, "audio/mpeg", 12),)),
        (f"podcast: {{mp3: '{URL}', duration: '10:00'}}", (MP3,)),
        (
            "audio: {mp3: e.mp3, m4a: e.m4a}",
            (Enclosure("e.mp3", "audio/mpeg"), Enclosure("e.m4a", "audio/mp4")),
        ),
        (f"audio_url: {URL}\naudio_bytes: 77", (Enclosure(URL, "audio/mpeg", 77),)),
        (
            "podcast_file: my episode.mp3\npodcast_size: 5",
            (Enclosure("my%20episode.mp3", "audio/mpeg", 5),),
        ),
        (
            "file: //archive.example/e.mp3",
            (Enclosure("https://archive.example/e.mp3", "audio/mpeg"),),
        ),
        ("video: {src: v.webm}", (Enclosure("v.webm", "video/webm"),)),
        (
            "audio_url: https://cdn.example/track/7",
            (Enclosure("https://cdn.example/track/7", "audio/mpeg"),),
        ),
        (
            "enclosure: https://cdn.example/track/7",
            (Enclosure("https://cdn.example/track/7", "application/octet-stream"),),
        ),
        (f"enclosure: {URL}?a=1#t", (Enclosure(f"{URL}?a=1#t", "audio/mpeg"),)),
        (f"enclosure: {{url: '{URL}', length: 0}}", (MP3,)),
        (f"enclosure: {{url: '{URL}', length: 12 MB}}", (MP3,)),
        (f"enclosure: {{url: '{URL}', length: '{'9' * 40}', type: nonsense}}", (MP3,)),
    ],
)
def test_usual_forms(front, enclosures):
    """A URL, size and type, in the forms that generators, themes and exports have."""
    assert parse_enclosures(front) == enclosures


@pytest.mark.parametrize(
    "front",
    [
        *("audio: true", "podcast: false", "podcast: {show: News}", "enclosure: {length: 1}"),
        *("video: dQw4w9WgXcQ", "video: https://tube.example/watch?v=1", "file: plan.pdf"),
        *("media: newspaper", "podcast: The daily", "enclosure: javascript:x.mp3"),
        *("enclosure: ftp://a.example/1.mp3", "enclosure: []", "enclosure: {url: [1.mp3]}"),
        "audio: ''",
    ],
)
def test_values_that_name_no_file(front):
    """Themes use these keys for other things, too: that is no problem of the document."""
    assert parse_enclosures(front) == ()


@given(st.sampled_from(["enclosure", "podcast", "audio", "file"]), st.text(max_size=30))
def test_any_text(key, text):
    """Any text is read without an error."""
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    parsed = parse_document(f'---\ntitle: T\n{key}: "{escaped}"\n---\n', "a.md")
    assert parsed.content is None or isinstance(parsed.content, Article)
