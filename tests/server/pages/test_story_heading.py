"""What pages call a story."""

from __future__ import annotations

import pytest

from newsgraph.server.pages.story_heading import story_heading


@pytest.mark.parametrize(
    ("story", "heading"),
    [
        ({"title": "A title", "excerpt": "Text."}, "A title"),
        ({"title": "", "excerpt": "Short note."}, "Short note."),
        (
            {"title": "", "excerpt": "The harbour was closed at noon because of fog over the sea."},
            "The harbour was closed at noon because of fog over the sea.",
        ),
        (
            {
                "title": "",
                "excerpt": "The harbour was closed at noon because of a fog over the bays.",
            },
            "The harbour was closed at noon because of a fog over the …",
        ),
        ({"title": "", "excerpt": "x" * 100}, f"{'x' * 60} …"),
        ({"title": "", "excerpt": None}, "Untitled"),
        ({"title": ""}, "Untitled"),
    ],
)
def test_heading(story, heading):
    """Without a title, it is the start of the text."""
    assert story_heading(story) == heading
