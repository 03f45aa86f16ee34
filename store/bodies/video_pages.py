"""From the player of a video, which other sites embed, to the page of the video, and back."""

from __future__ import annotations

import re
from typing import Final

_YOUTUBE_PLAYER: Final = re.compile(
    r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/(?!videoseries|live_stream)([\w-]{11})(?![\w-])"
    r"(?:[^#]*?[?&]start=(\d{1,6}))?"
)
_YOUTUBE_PLAYLIST: Final = re.compile(
    r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/(?:videoseries)?"
    r"\?(?:[^#]{0,200}&)?list=([\w-]{1,100})"
)
_YOUTUBE_PAGE: Final = re.compile(
    r"https://www\.youtube\.com/watch\?v=([\w-]{11})(?:&t=(\d{1,6})s)?(?![\w&-])"
)
_VIMEO_PLAYER: Final = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d{1,20})(?!\d)")
_VIMEO_PAGE: Final = re.compile(r"https://vimeo\.com/(\d{1,20})(?![\d/])")


def page_of_player(url: str) -> str | None:
    """Return the URL of the page of the video that a player shows, or None if it is unknown.

    Opened by itself, YouTube's player shows an error.
    """
    if match := _YOUTUBE_PLAYER.match(url):
        start = f"&t={match[2]}s" if match[2] else ""
        return f"https://www.youtube.com/watch?v={match[1]}{start}"
    if match := _YOUTUBE_PLAYLIST.match(url):
        return f"https://www.youtube.com/playlist?list={match[1]}"
    if match := _VIMEO_PLAYER.match(url):
        return f"https://vimeo.com/{match[1]}"
    return None


def player_of_page(url: str) -> str | None:
    """Return the URL of the player of a video, given that of its page, or None if it is unknown.

    It is the one that sets no cookies before the video plays.
    """
    if match := _YOUTUBE_PAGE.match(url):
        start = f"?start={match[2]}" if match[2] else ""
        return f"https://www.youtube-nocookie.com/embed/{match[1]}{start}"
    if match := _VIMEO_PAGE.match(url):
        return f"https://player.vimeo.com/video/{match[1]}?dnt=1"
    return None
