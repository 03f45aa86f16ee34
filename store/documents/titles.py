"""The title of a document without one: the heading of its body, or the name of its file."""

from __future__ import annotations

import re
from typing import Final

from newsgraph.store.documents.html import html_to_text
from newsgraph.store.documents.markdown import markdown_to_html

# CommonMark sections 4.2 and 4.3. Imports of MDX and comments may come first.
_HEADING: Final = re.compile(
    r"(?P<before>(?:[ \t]*\n|import\b[^\n]*\n|<!--.*?-->[ \t]*\n)*)"
    r"(?:[ ]{0,3}#[ \t]+(?P<atx>[^\n]*?)(?:[ \t]+#+)?[ \t]*(?:\n|$)"
    r"|[ ]{0,3}(?P<setext>[^\s#>*+\-=`~<\d][^\n]*)\n=+[ \t]*(?:\n|$))",
    re.DOTALL,
)
_ATTRIBUTES: Final = re.compile(r"\s*\{[:#.][^}]*\}\s*$")
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:-|$)")
_WORD_SEPARATORS: Final = re.compile(r"[\s_-]+")


def split_heading(body: str) -> tuple[str | None, str]:
    """Return the text of the first-level heading that a body begins with, and the rest of the body.

    Args:
        body: Markdown.

    Returns:
        None and the whole body if it does not begin with such a heading.
    """
    match = _HEADING.match(body)
    if match is None:
        return None, body
    heading = _ATTRIBUTES.sub("", match["atx"] or match["setext"] or "")
    text = " ".join(html_to_text(markdown_to_html(heading)).split())
    return (text, match["before"] + body[match.end() :]) if text else (None, body)


def title_from_path(path: str) -> str:
    """Return the title that a file's name makes: ``2024-05-02-bridge-opens.md`` is Bridge Opens.

    The name of an ``index`` file is that of its folder. The title is empty if the name is a date.
    """
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    if stem.lower() in ("index", "_index") and folders:
        stem = folders[-1]
    words = _WORD_SEPARATORS.split(_DATE.sub("", stem, count=1).strip())
    return " ".join(word[:1].upper() + word[1:] for word in words if word)
