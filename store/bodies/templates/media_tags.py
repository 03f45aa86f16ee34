"""Expands tags that have the same meaning in many generators: pictures, videos, posts of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from . import blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.bodies.templates.tag_arguments import TagArguments

_YOUTUBE: Final = re.compile(
    r"(?:youtu\.be/|[?&]v=|/embed/|/shorts/|/live/)?([\w-]{6,20})(?=$|[?&#/])"
)
_ID: Final = re.compile(r"[\w-]+")
_SLIDES: Final = {
    "slideshare": "https://www.slideshare.net/slideshow/embed_code/",
    "speakerdeck": "https://speakerdeck.com/player/",
    "scribd": "https://www.scribd.com/embeds/",
}
_PICTURE: Final = re.compile(r"\S[^\n]{0,500}\.(?:apng|avif|gif|jpe?g|png|svg|webp)", re.IGNORECASE)
_PICTURE_NAME: Final = re.compile(r"(?:^|[_-])(?:image|img|picture|photo|figure)(?:$|[_-])")
_URL: Final = re.compile(r"https?://[^\s\"'<>]+")


def expand_media_tag(name: str, arguments: TagArguments) -> str | None:
    """Return the HTML of a tag or shortcode, or None if it is none of these or lacks its subject.

    Args:
        name: its name, in small letters.
        arguments: its arguments; a word without a name is the id, URL or path.
    """
    expand = _TAGS.get(name)
    if expand is None:
        return _named_picture(arguments) if _PICTURE_NAME.search(name) else None
    return expand(arguments)


def _youtube(arguments: TagArguments) -> str | None:
    subject = arguments.first("id", "videoid", "v", "url", "src", "video") or ""
    match = _YOUTUBE.search(subject) if "/" in subject else _ID.fullmatch(subject)
    if match is None:
        return None
    identifier = match[1] if match.re is _YOUTUBE else match[0]
    return blocks.frame(f"https://www.youtube.com/embed/{identifier}", arguments.get("title"))


def _vimeo(arguments: TagArguments) -> str | None:
    subject = arguments.first("id", "videoid", "url", "src") or ""
    match = re.search(r"(\d{1,15})/?(?:\?|$)", subject)
    if match is None:
        return None
    return blocks.frame(f"https://player.vimeo.com/video/{match[1]}", arguments.get("title"))


def _post(arguments: TagArguments) -> str | None:
    """Expand Hugo's `x`, its older `tweet`, and jekyll-twitter-plugin's `twitter`."""
    subject = arguments.first("id", "url", "link") or ""
    if match := _URL.search(subject) or _URL.search(arguments.text):
        return blocks.embed_link(match[0], "Post on X")
    if not subject.isdigit():
        return None
    user = arguments.get("user") or "i/web"
    return blocks.embed_link(f"https://x.com/{user}/status/{subject}", "Post on X")


def _instagram(arguments: TagArguments) -> str | None:
    subject = arguments.first("id", "url") or ""
    if match := _URL.search(subject):
        return blocks.embed_link(match[0], "Post on Instagram")
    if not _ID.fullmatch(subject):
        return None
    return blocks.embed_link(f"https://www.instagram.com/p/{subject}/", "Post on Instagram")


def _gist(arguments: TagArguments) -> str | None:
    if match := _URL.search(arguments.get("id", "url") or arguments.text):
        return blocks.embed_link(match[0], "Gist on GitHub")
    subject = "/".join(arguments.positional[:2])
    if (identifier := arguments.get("id")) is not None:
        subject = "/".join(filter(None, (arguments.get("user"), identifier)))
    elif len(arguments.positional) == 2 and "." in arguments.positional[1]:
        subject = arguments.positional[0]  # followed by the name of a file
    if not re.fullmatch(r"[\w./-]+", subject):
        return None
    return blocks.embed_link(f"https://gist.github.com/{subject}", "Gist on GitHub")


def _figure(arguments: TagArguments) -> str | None:
    src = arguments.first("src", "url", "path", "image", "img", "image_path")
    if not src:
        return None
    second = arguments.positional[1] if len(arguments.positional) > 1 else ""
    return blocks.figure(
        src,
        alt=arguments.get("alt") or second,
        title=arguments.get("title"),
        caption=arguments.get("caption"),
        link=arguments.get("link", "href") if arguments.get("src") else None,
        credit=arguments.get("attr"),
        credit_link=arguments.get("attrlink"),
    )


def _named_picture(arguments: TagArguments) -> str | None:
    """Expand a tag of a site's own, such as ``image_with_class``, if it has the path of a picture.

    Of several other values, the alternative text is most likely the last one with spaces.
    """
    src = arguments.first("src", "image", "img", "image_path", "path", "file", "url")
    if src is None or _PICTURE.fullmatch(src) is None:
        return None
    words = [word for word in arguments.positional if word != src]
    text = next((word for word in reversed(words) if " " in word), words[-1] if words else "")
    return blocks.figure(
        src, alt=arguments.get("alt") or text, caption=arguments.get("caption", "title")
    )


def _slides(name: str) -> Callable[[TagArguments], str | None]:
    """Return what expands the id of slides on a site."""

    def expand(arguments: TagArguments) -> str | None:
        subject = arguments.first("id", "key", "url") or ""
        if match := _URL.fullmatch(subject):
            return blocks.frame(match[0], arguments.get("title"))
        if not _ID.fullmatch(subject):
            return None
        return blocks.frame(_SLIDES[name] + subject, arguments.get("title"))

    return expand


def _video(arguments: TagArguments) -> str | None:
    src = arguments.first("src", "url", "mp4", "webm", "path")
    if not src:
        return None
    return f'<video src="{blocks.attribute(src)}" controls></video>'


def _audio(arguments: TagArguments) -> str | None:
    src = arguments.first("src", "url", "mp3", "ogg", "path")
    if not src:
        return None
    return f'<audio src="{blocks.attribute(src)}" controls></audio>'


def _frame(arguments: TagArguments) -> str | None:
    src = arguments.first("src", "url")
    return blocks.frame(src, arguments.get("title")) if src else None


_TAGS: Final[dict[str, Callable[[TagArguments], str | None]]] = {
    **dict.fromkeys(("youtube", "youtubeplayer", "youtubevideo", "liteyoutubeembed"), _youtube),
    **dict.fromkeys(("yt", "youtube_embed", "youtube-lite", "youtubelite"), _youtube),
    **dict.fromkeys(("vimeo", "vimeo_simple", "vimeoplayer"), _vimeo),
    **dict.fromkeys(("x", "x_simple", "tweet", "twitter", "twitter_simple"), _post),
    **dict.fromkeys(("instagram", "instagram_simple"), _instagram),
    "gist": _gist,
    **dict.fromkeys(("figure", "image", "img", "picture", "fig", "photo"), _figure),
    **dict.fromkeys(("responsive_image", "resize_image", "imgproc", "themedimage"), _figure),
    **dict.fromkeys(("video", "html5video"), _video),
    "audio": _audio,
    **{name: _slides(name) for name in _SLIDES},
    "iframe": _frame,
}
