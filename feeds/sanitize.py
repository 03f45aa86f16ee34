"""A channel and a story as they may be written, in every kind of feed."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from newsgraph.feeds.content import safe_html
from newsgraph.feeds.entry import Category, Channel, Paging, Picture, Related, Source, Story
from newsgraph.feeds.text import clean, one_line
from newsgraph.feeds.uri import uri

_WEB = ("http://", "https://")
# RFC 5646 section 2.1: a language of ISO 639, then what narrows it. It allows four to eight
# letters for languages too, but there is none, and validators refuse them.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def sanitised_channel(channel: Channel) -> Channel:
    """Clean every text and address of a channel, and fill what formats require.

    RSS 2.0 requires a title and a description, RFC 4287 section 4.1.1 an author:
    a blank one takes the next best that the channel says of itself.
    """
    home_url = uri(channel.home_url)
    title = one_line(channel.title) or home_url
    return replace(
        channel,
        id=uri(channel.id),
        title=title,
        description=clean(channel.description) or title,
        self_url=uri(channel.self_url),
        home_url=home_url,
        author=one_line(channel.author) or title,
        language=_language(channel.language or ""),
        hub=uri(channel.hub or "") or None,
        paging=Paging(**{name: _address(value) for name, value in asdict(channel.paging).items()}),
    )


def sanitised_story(story: Story) -> Story:
    """Clean every text and address of a story; what comes out blank is absent.

    A story without a title is called by its address: RFC 4287 section 4.1.2
    requires a title, and readers have nothing else to click on.
    """
    guid, link = uri(story.guid), uri(story.link)
    return replace(
        story,
        guid=guid,
        link=link,
        title=one_line(story.title) or link or guid,
        summary=clean(story.summary or "") or None,
        provider=one_line(story.provider or "") or None,
        authors=_without_blanks(story.authors),
        categories=tuple(dict.fromkeys(filter(None, map(_category, story.categories)))),
        picture=_picture(story.picture),
        body=safe_html(story.body or "", story.base) or None,
        source=_source(story.source),
        related=tuple(filter(None, map(_related, story.related))),
    )


def creators(story: Story) -> tuple[str, ...]:
    """Who a story is by: the people who wrote it, then its provider, each once.

    The provider comes last because readers that show one name show the last, and
    in a feed of many publishers theirs tells the stories apart.
    """
    people = tuple(name for name in story.authors if name != story.provider)
    return _without_blanks((*people, story.provider or ""))


def _without_blanks(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(one_line, names))))


def _category(category: Category) -> Category | None:
    term, label = one_line(category.term), one_line(category.label)
    scheme = _address(category.scheme)
    return Category(term or label, label or term, scheme) if term or label else None


def _source(source: Source | None) -> Source | None:
    if source is None:
        return None
    feed_url, home_url = uri(source.feed_url), uri(source.home_url)
    title = one_line(source.title) or feed_url
    return Source(uri(source.id), title, feed_url, home_url) if feed_url and home_url else None


def _related(one: Related) -> Related | None:
    link = uri(one.link)
    if not link.startswith(_WEB):
        return None
    return Related(one_line(one.title) or link, link, one_line(one.provider or "") or None)


def _language(tag: str) -> str | None:
    """Return a language tag, or None where it is none: a feed with a wrong one is invalid."""
    tag = one_line(tag).replace("_", "-")  # the way locales are written
    return tag if _LANGUAGE.fullmatch(tag) else None


def _address(address: str | None) -> str | None:
    return uri(address or "") or None


def _picture(picture: Picture | None) -> Picture | None:
    if picture is None or not (url := uri(picture.url)):
        return None
    return Picture(url, _positive(picture.width), _positive(picture.height))


def _positive(pixels: int | None) -> int | None:
    return pixels if pixels is not None and pixels > 0 else None
