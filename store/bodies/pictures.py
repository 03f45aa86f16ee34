"""Gives pictures the URL that a script would set, and removes their twins in ``noscript``."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import REMOVED_TAG, remove_tags, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

_LAZY_URLS: Final = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig-file",
    "data-lazyload",
    "data-lazy",
    "data-echo",
    "data-url",
    "data-hi-res-src",
    "data-full-src",
)
_LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset")
_PLACEHOLDER: Final = re.compile(
    r"data:|about:|#?\Z|[^?#]{0,500}\b(?:blank|placeholder|spacer|transparent|loading|lazy|pixel|1x1)"
    r"[\w-]{0,20}\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|\Z)",
    re.IGNORECASE,
)
# A URL in a list can contain commas, but does not end with one (HTML, section 4.8.4.2.1).
_CANDIDATE: Final = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wxh]))?\s*(?:,|$)")
_MAX_WIDTH: Final = 1_600
"""Of the sizes of a picture the largest one is taken that is not wider, in pixels."""

_MAX_SET: Final = 10_000
"""How many characters of a ``srcset`` are read."""

_MAX_COMPARED: Final = 30
"""Of how many pictures, and how many sizes of each, the URLs are compared with the article's."""

_find_pictures = select("img")
_find_noscript = select("noscript")


def load_pictures(
    root: HtmlElement, is_article_picture: Callable[[str], bool] = lambda _: False
) -> None:
    """Set ``src`` of pictures that load lazily or have several sizes, and unwrap ``noscript``.

    Args:
        root: the body.
        is_article_picture: whether a URL is that of the article's picture. This size of a picture
            is taken, so that a page can see that the body shows the article's picture.
    """
    pictures = _find_pictures(root)
    for picture in pictures:
        _set_url(picture)
    for picture in islice(filter(_sets, pictures), _MAX_COMPARED):
        candidates = (match[1] for text in _sets(picture) for match in _candidates(text))
        url = next(filter(is_article_picture, islice(candidates, _MAX_COMPARED)), None)
        if url is not None:
            picture.set("src", url)
    for element in _find_noscript(root):
        _unwrap_noscript(element)
    remove_tags(root)


def _set_url(picture: HtmlElement) -> None:
    url = (picture.get("src") or "").strip()
    is_real = bool(url) and not _PLACEHOLDER.match(url)
    lazy = next(filter(None, ((picture.get(name) or "").strip() for name in _LAZY_URLS)), "")
    if lazy and not _PLACEHOLDER.match(lazy):
        # A small preview can be in `src`.
        picture.set("src", lazy)
    elif not is_real:
        best = next(filter(None, map(best_candidate, _sets(picture))), None)
        if best:
            picture.set("src", best)


def _sets(picture: HtmlElement) -> list[str]:
    """Return the lists of sizes of a picture, and of ``source`` elements beside it."""
    elements, parent = [picture], picture.getparent()
    if parent is not None and parent.tag == "picture":
        elements += parent.iterchildren("source")
    texts = (element.get(name) for element in elements for name in (*_LAZY_SETS, "srcset"))
    return [text for text in texts if text]


def _candidates(srcset: str) -> Iterator[re.Match[str]]:
    return _CANDIDATE.finditer(srcset[:_MAX_SET])


def best_candidate(srcset: str) -> str | None:
    """Return the URL of the best size in a ``srcset`` (HTML, section 4.8.4.2.1), or None.

    It is the largest one of at most 1,600 pixels or, if all are wider, the smallest one.
    """
    sizes: list[tuple[float, str]] = []
    for match in _candidates(srcset):
        try:
            size = float(match[2]) if match[2] else 1.0
        except ValueError:
            continue
        # A density of 2 is that of a screen with small pixels.
        sizes.append((size if match[3] == "w" else size * _MAX_WIDTH / 2, match[1]))
    sizes = [item for item in sizes if not _PLACEHOLDER.match(item[1])]
    if not sizes:
        return None
    fitting = [item for item in sizes if item[0] <= _MAX_WIDTH]
    return max(fitting)[1] if fitting else min(sizes)[1]


def _unwrap_noscript(element: HtmlElement) -> None:
    """Show what is in ``noscript`` in the place of a picture that only a script would load."""
    inner = next(element.iter("img"), None)
    twin = None if inner is None else _previous_picture(element)
    if twin is not None and (_is_lazy(twin) or _same_url(twin, inner)):
        _remove_picture(twin)
    element.tag = REMOVED_TAG


def _previous_picture(element: HtmlElement) -> HtmlElement | None:
    """Return the picture right before an element, which nothing but space separates from it."""
    previous = element.getprevious()
    if previous is None or (previous.tail or "").strip():
        return None
    if previous.tag == "img":
        return previous
    pictures = list(islice(previous.iter("img"), 2))
    if len(pictures) != 1 or any(text.strip() for text in previous.itertext()):
        return None
    return pictures[0]


def _is_lazy(picture: HtmlElement) -> bool:
    url = (picture.get("src") or "").strip()
    return (
        not url
        or _PLACEHOLDER.match(url) is not None
        or any(picture.get(name) for name in (*_LAZY_URLS, *_LAZY_SETS))
        or "lazy" in (picture.get("class") or "").lower()
    )


def _same_url(first: HtmlElement, second: HtmlElement) -> bool:
    return bool(first.get("src")) and first.get("src") == second.get("src")


def _remove_picture(picture: HtmlElement) -> None:
    """Remove a picture, and a ``picture`` around it."""
    parent = picture.getparent()
    if parent is not None and parent.tag == "picture":
        parent.drop_tree()
    else:
        picture.drop_tree()
