"""The page and the player of a video."""

from __future__ import annotations

import pytest

from newsgraph.store.bodies.video_pages import page_of_player, player_of_page

PAGE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("player", "page"),
    [
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", PAGE),
        ("//youtube.com/embed/dQw4w9WgXcQ?rel=0", PAGE),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0&start=90", f"{PAGE}&t=90s"),
        ("https://player.vimeo.com/video/1234?h=ab", "https://vimeo.com/1234"),
        (
            "https://www.youtube.com/embed/videoseries?a=1&list=PL-x",
            "https://www.youtube.com/playlist?list=PL-x",
        ),
        ("https://www.youtube.com/embed/live_stream?channel=x", None),
        ("https://www.youtube.com/embed/short", None),
        ("https://www.youtube.com/embed/dQw4w9WgXcQx", None),
        ("https://youtube.com.evil.example/embed/dQw4w9WgXcQ", None),
        ("https://video.example/embed/1", None),
        ("", None),
    ],
)
def test_page_of_player(player, page):
    """A link leads to the page of the video."""
    assert page_of_player(player) == page


@pytest.mark.parametrize(
    ("page", "player"),
    [
        (PAGE, "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        (f"{PAGE}&t=90s", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=90"),
        ("https://vimeo.com/1234", "https://player.vimeo.com/video/1234?dnt=1"),
        (f"{PAGE}&list=x", None),
        ("https://vimeo.com/1234/comments", None),
        ("https://video.example/embed/1", None),
        ("javascript:https://vimeo.com/1234", None),
    ],
)
def test_player_of_page(page, player):
    """A page of newsgraph loads the player."""
    assert player_of_page(page) == player
