"""Renders the body of a document as the HTML that is stored and served."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.abbreviations import mark_abbreviations, take_abbreviations
from newsgraph.store.bodies.amp_pictures import convert_amp_pictures
from newsgraph.store.bodies.anchors import set_anchors, set_heading_ids
from newsgraph.store.bodies.attribute_lists import (
    apply_attribute_lists,
    mark_attribute_lists,
    restore_attribute_lists,
)
from newsgraph.store.bodies.bare_urls import correct_bare_urls
from newsgraph.store.bodies.cleaning import label_checkboxes, remove_unserved
from newsgraph.store.bodies.code_highlighting import highlight_code, set_languages
from newsgraph.store.bodies.context import DOCUMENT_SCHEME
from newsgraph.store.bodies.document_urls import (
    print_document_urls,
    remove_site_prefixes,
    show_document_urls,
)
from newsgraph.store.bodies.embeds import replace_embeds
from newsgraph.store.bodies.html_blocks import join_html_blocks, separate_html_blocks
from newsgraph.store.bodies.html_tree import (
    MAX_DEPTH,
    parse_html,
    parse_rendered_markdown,
    remove_control_characters,
    serialize,
)
from newsgraph.store.bodies.links import LinkResolver
from newsgraph.store.bodies.open_blocks import end_paragraphs
from newsgraph.store.bodies.pictures import load_pictures
from newsgraph.store.bodies.templates.expand import expand_templates
from newsgraph.store.documents.html import sanitize_body
from newsgraph.store.documents.markdown import OMITTED_HTML, render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from newsgraph.store.bodies.attribute_lists import AttributeList
    from newsgraph.store.bodies.context import BodyContext, LocalFile

_ESCAPED_IN_ATTRIBUTE: Final = re.compile(r'="[^"]*&(?:lt|quot);')
"""What lxml may write as ``<``, or in single quotes; code that reads bodies expects neither."""

_WITH_ABBREVIATIONS: Final = {"jekyll", "mkdocs", "pelican"}
"""The kinds whose Markdown has abbreviations."""

_WITH_RAW_BLOCKS: Final = {"jekyll", "mkdocs", "pelican"}
"""The kinds whose blocks of HTML end with their end tags, and not with blank lines."""

_NEEDS_TREE: Final = re.compile(r'<(?:img|input|section|sup|a href="(?!https?://[^"%/?#]+["/?#]))')
"""A picture, task or footnote in what comrak has written, or a link to anything but a URL that
`LinkResolver` leaves as it is.

A pattern that begins with one literal character is searched several times as fast as strings are.
"""

_NESTED: Final = re.compile(r"<(/?)(?:em|strong|del|ul|ol|blockquote|dl|div)[ >]")
_INNERMOST: Final = re.compile(r"<(em|strong|del)>[^<]*</\1>")
"""Most emphasis; without it, there are few elements to count."""

_MAX_NESTED: Final = MAX_DEPTH // 2 - 5
"""Lists and quotes contain items and paragraphs, which are not counted."""


@dataclass(frozen=True, slots=True)
class RenderedBody:
    """A body as HTML.

    Attributes:
        html: safe HTML, whose relative URLs are resolved; those that lead to this server begin with
            `context.SITE_SCHEME`.
        files: the files of the archive that it refers to.
        removed: how many elements of each name were removed whose absence can be noticed.
        left_out: how many codes of templates were left out, by what is written there.
    """

    html: str
    files: tuple[LocalFile, ...] = ()
    removed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def render_body(body: str, context: BodyContext, *, is_html: bool = False) -> RenderedBody:
    """Render a body.

    Args:
        body: Markdown, or HTML.
        context: the document, and what its links lead to.
        is_html: whether the body is HTML.
    """
    if not body.strip():
        return RenderedBody("")
    kind, is_mdx = context.kind.name, context.path.lower().endswith(".mdx")
    expanded = expand_templates(
        remove_control_characters(body), context, is_html=is_html, is_mdx=is_mdx
    )
    text = remove_site_prefixes(expanded.text, context)
    has_document_urls = DOCUMENT_SCHEME in text
    lists: list[AttributeList] = []
    abbreviations: dict[str, str] = {}
    if not is_html:
        if kind in _WITH_ABBREVIATIONS:
            in_paragraphs = kind != "jekyll"
            text, abbreviations = take_abbreviations(text, in_paragraphs=in_paragraphs)
        if kind in _WITH_RAW_BLOCKS:
            text = join_html_blocks(text)
        text, lists = mark_attribute_lists(separate_html_blocks(text), is_kramdown=kind == "jekyll")
    removed = Counter[str]()
    resolver = LinkResolver(context)
    rendered = "" if is_html else render_markdown(text, allows_html=False)
    if is_html or OMITTED_HTML in rendered:
        root = parse_html(
            text if is_html else end_paragraphs(correct_bare_urls(render_markdown(text)))
        )
        removed += _convert_html(root, lists, resolver.is_article_picture)
        is_safe = False
    else:
        rendered = correct_bare_urls(rendered)
        if not (lists or abbreviations or _needs_tree(rendered)):
            # Only a reference can stand for a control character.
            html = remove_control_characters(rendered) if "&#" in text else rendered
            html = highlight_code(set_heading_ids(html, context.kind.heading_ids))
            return RenderedBody(html, left_out=expanded.left_out)
        root = parse_rendered_markdown(rendered)
        _convert_markdown(root, rendered, lists)
        # comrak writes only safe elements by itself, and sanitizing takes longer than all else.
        is_safe = not (lists or abbreviations) and _ESCAPED_IN_ATTRIBUTE.search(rendered) is None
    if has_document_urls:
        show_document_urls(root, context)
    mark_abbreviations(root, abbreviations)
    set_anchors(root, context.kind.heading_ids)
    resolver.resolve_all(root)
    if resolver.removed:
        removed["unusable link"] = len(resolver.removed)
    html = restore_attribute_lists(serialize(root), lists)
    if has_document_urls:
        html = print_document_urls(html, context)  # Lists can contain them.
    if not is_safe:
        html = sanitize_body(html)
    html = highlight_code(html)
    return RenderedBody(html, tuple(resolver.files.values()), removed, expanded.left_out)


def _needs_tree(html: str) -> bool:
    """Return whether more is to be done with HTML that only comrak has written than to add ids.

    There are URLs to resolve, or elements may be nested too deeply.
    """
    if _NEEDS_TREE.search(html) or DOCUMENT_SCHEME in html:
        return True
    depth = 0
    for match in _NESTED.finditer(_INNERMOST.sub("", html)):
        depth += -1 if match[1] else 1
        if depth > _MAX_NESTED:
            return True
    return False


def _convert_html(
    root: HtmlElement, lists: list[AttributeList], is_article_picture: Callable[[str], bool]
) -> Counter[str]:
    """Convert a tree of any HTML to what is served; return what was removed."""
    # lxml makes an object of an element again on each access unless there is one.
    elements = list(root.iter())
    apply_attribute_lists(root, lists)
    convert_amp_pictures(root)
    load_pictures(root, is_article_picture)
    removed = replace_embeds(root)
    set_languages(root)
    removed += remove_unserved(root)
    del elements
    return removed


def _convert_markdown(root: HtmlElement, html: str, lists: list[AttributeList]) -> None:
    """Do the same with a tree of HTML that only comrak has written, where nothing is to remove."""
    apply_attribute_lists(root, lists)
    if "<input" in html:
        label_checkboxes(root)
