"""Expands code of templates in a body: Liquid, shortcodes, MDX, and what Markdown does not know.

Which language applies depends on the kind of the archive. Each module of a language splits the body
into text, code and tags, so that code shows what is in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.templates.directives import expand_directives
from newsgraph.store.bodies.templates.hugo_shortcodes import expand_hugo
from newsgraph.store.bodies.templates.link_prefixes import (
    resolve_docusaurus_links,
    resolve_pelican_links,
    resolve_zola_links,
)
from newsgraph.store.bodies.templates.liquid_tags import LiquidOptions, expand_liquid
from newsgraph.store.bodies.templates.mdx import expand_mdx
from newsgraph.store.bodies.templates.python_markdown_blocks import expand_python_markdown
from newsgraph.store.bodies.templates.snippets import expand_snippets
from newsgraph.store.bodies.templates.tag_placement import remove_left_out_urls
from newsgraph.store.bodies.templates.zola_shortcodes import expand_zola

if TYPE_CHECKING:
    from newsgraph.store.bodies.context import BodyContext

_LIQUID: Final = {"jekyll", "eleventy", "hexo", "mkdocs", "plain", "pelican"}
_NUNJUCKS: Final = {"eleventy", "hexo", "mkdocs"}
_ONLY_KNOWN: Final = {"plain", "pelican"}
_RUNS_IN_CODE: Final = {"jekyll", "eleventy", "hexo", "mkdocs"}
_DIRECTIVES: Final = {"docusaurus", "astro", "eleventy", "hexo", "plain"}
_PYTHON_MARKDOWN: Final = {"mkdocs", "pelican", "plain"}


@dataclass(slots=True)
class ExpandedBody:
    """A body without code of templates.

    Attributes:
        text: Markdown or HTML.
        left_out: the tags, shortcodes, expressions and components that are left out, as they are
            written, with how often each one is.
    """

    text: str
    left_out: Counter[str] = field(default_factory=Counter)


def expand_templates(
    body: str, context: BodyContext, *, is_html: bool, is_mdx: bool
) -> ExpandedBody:
    """Return a body whose code of templates is expanded, or left out.

    Markdown remains Markdown, with HTML in it. Links to documents begin with
    `newsgraph.store.bodies.context.DOCUMENT_SCHEME`. The time grows linearly with the length of the
    body.

    Args:
        body: Markdown, MDX or HTML.
        context: the document and its archive.
        is_html: whether the body is HTML.
        is_mdx: whether it is MDX; documents of Docusaurus are, whatever their suffix is.
    """
    kind = context.kind.name
    left_out: Counter[str] = Counter()
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not is_html and (is_mdx or kind == "docusaurus"):
        body = expand_directives(body, left_out, has_indented_code=False)
        body = resolve_docusaurus_links(body, context)
        return ExpandedBody(expand_mdx(body, context, left_out), left_out)
    if kind in _PYTHON_MARKDOWN and not is_html:
        # First, because the text of an admonition is indented, and would look like code.
        body = expand_snippets(body, context, left_out)
        body = expand_python_markdown(body, left_out)
    if kind in {"hugo", "plain"}:
        unescapes = kind == "hugo"
        body = expand_hugo(body, context, left_out, is_html=is_html, unescapes=unescapes)
    if kind == "zola":
        body = resolve_zola_links(expand_zola(body, left_out, is_html=is_html), context)
    if kind in _LIQUID:
        options = LiquidOptions(
            is_html=is_html,
            only_known=kind in _ONLY_KNOWN,
            is_hexo=kind == "hexo",
            has_comments=kind in _NUNJUCKS,
            removes_raw=kind in _RUNS_IN_CODE,
            expands_code=kind == "jekyll",
        )
        body = expand_liquid(body, context, left_out, options)
    if kind == "pelican":
        body = resolve_pelican_links(body, context)
    if kind in _DIRECTIVES and not is_html:
        body = expand_directives(body, left_out, has_indented_code=True)
    return ExpandedBody(remove_left_out_urls(body), left_out)
