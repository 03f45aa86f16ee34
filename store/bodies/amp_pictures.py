"""Turns the pictures of AMP, which only its script shows, into pictures of HTML.

https://amp.dev/documentation/components/amp-img
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.html_tree import REMOVED_TAG, create_element, select

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ATTRIBUTES: Final = ("alt", "height", "src", "srcset", "title", "width")
_find_pictures = select("amp-img", "amp-anim")


def convert_amp_pictures(root: HtmlElement) -> None:
    """Put an ``img`` into each ``amp-img``, which is to be removed, before what it contains.

    It contains what browsers show that run no scripts, and without an end tag all that follows.
    """
    for element in _find_pictures(root):
        values = {name: element.get(name) for name in _ATTRIBUTES}
        picture = create_element("img", **{name: value for name, value in values.items() if value})
        picture.tail, element.text = element.text, None
        element.insert(0, picture)
        element.tag = REMOVED_TAG
