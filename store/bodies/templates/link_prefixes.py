"""Resolves the forms of links that only one generator has, such as Pelican's ``{filename}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.blocks import document_url
from newsgraph.store.bodies.templates.document_links import zola_link
from newsgraph.store.bodies.templates.scanner import NO_TAGS, split_body
from newsgraph.store.documents.identity import topic_slug

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.bodies.context import BodyContext

_START: Final = r"(?P<before>\]\(<?[ \t]*|\]:[ \t]*<?|=[\"']?)"
_END: Final = r"(?P<path>[^\s\"'()<>#]*)(?P<fragment>#[^\s\"'()<>]*)?"
_PELICAN: Final = re.compile(
    rf"{_START}(?:\{{(?P<new>[a-z]+)\}}|\|(?P<old>[a-z]+)\|){_END}", re.IGNORECASE
)
_ZOLA: Final = re.compile(rf"{_START}@/{_END}")
_DOCUSAURUS: Final = re.compile(rf"{_START}(?:@site/static/|pathname:///)")


def resolve_pelican_links(text: str, context: BodyContext) -> str:
    """Return a body whose links have no ``{filename}``, ``{static}``, ``{tag}`` and the like.

    https://docs.getpelican.com/en/stable/content.html#linking-to-internal-content
    """
    if "{" not in text and "|" not in text:
        return text

    def resolve(match: re.Match[str]) -> str:
        kind, path, fragment = (
            (match["new"] or match["old"]),
            match["path"],
            match["fragment"] or "",
        )
        base, name = context.base_path, path.strip("/")
        if kind.lower() in {"filename", "attach", "static"}:
            if kind.lower() == "filename" and (document := context.targets.find_document(path)):
                url = document_url(document, fragment)
            else:
                url = (base if path.startswith("/") else "") + path + fragment
        elif kind.lower() in {"tag", "category", "author"}:
            url = f"{base}/{kind.lower()}/{topic_slug(name)}.html{fragment}"
        elif kind.lower() == "index":
            url = f"{base}/{name}{fragment}"
        else:
            return match[0]
        return match["before"] + url

    return _resolve(text, _PELICAN, resolve)


def resolve_zola_links(text: str, context: BodyContext) -> str:
    """Return a body whose links have no ``@/``, with which Zola's internal links begin."""
    if "@/" not in text:
        return text

    def resolve(match: re.Match[str]) -> str:
        return match["before"] + zola_link(match["path"] + (match["fragment"] or ""), context)

    return _resolve(text, _ZOLA, resolve)


def resolve_docusaurus_links(text: str, context: BodyContext) -> str:
    """Return a body whose links to static files have no ``@site/static`` and ``pathname://``."""
    if "@site" not in text and "pathname:" not in text:
        return text
    return _resolve(text, _DOCUSAURUS, lambda match: f"{match['before']}{context.base_path}/")


def _resolve(text: str, pattern: re.Pattern[str], resolve: Callable[[re.Match[str]], str]) -> str:
    """Replace what matches outside of code."""
    return "".join(
        pattern.sub(resolve, text[segment.start : segment.end])
        if segment.type == "text"
        else text[segment.start : segment.end]
        for segment in split_body(text, NO_TAGS, is_html=False)
    )
