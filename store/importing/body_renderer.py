"""Renders the bodies of a root's documents, and reports what of them is not served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newsgraph.store.bodies.render import render_body
from newsgraph.store.documents.articles import is_html
from newsgraph.store.documents.diagnostics import create_diagnostic, join_names
from newsgraph.store.importing.link_targets import (
    DocumentNames,
    DocumentTargets,
    create_body_context,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence

    from newsgraph.store.bodies.render import RenderedBody
    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.documents.document import Article, Diagnostic, JsonValue
    from newsgraph.store.importing.local_files import DocumentFiles

_MAY_BE_REPORTED: Final = re.compile(
    r"<[a-zA-Z]|[{}]|\]:|8<-|:::|ftp:"
    # A link, unless it is plainly relative or one of HTTP.
    r"|\]\((?!(?:https?://(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?=[/?#\s)])|[\w./#?=%-]+(?=[\s)])))"
)
"""What may be reported: elements, code of templates, links without a usable URL, their definitions,
snippets and directives. `newsgraph check` takes no time for bodies that have none of these."""


class BodyRenderer:
    """Renders the bodies of one root's documents.

    Args:
        root: the root.
        paths: the paths of all its documents.
        is_check: whether only problems are wanted; a body that can have none is not rendered.
        root_key: key of the root, if it is not the first one; links to its documents have it.
    """

    def __init__(
        self,
        root: ImportRoot,
        paths: Sequence[str],
        *,
        is_check: bool = False,
        root_key: int | None = None,
    ) -> None:
        self._root, self._is_check, self._root_key = root, is_check, root_key
        self._names = DocumentNames(root, paths)

    def render(
        self,
        path: str,
        article: Article,
        identity: str,
        files: DocumentFiles,
        front_matter: Mapping[str, JsonValue],
    ) -> tuple[str, list[Diagnostic]]:
        """Return the HTML of an article's body, and its problems.

        Args:
            path: path of the document.
            article: its contents.
            identity: its identity.
            files: finds the files that the document refers to.
            front_matter: its front matter, which templates in the body can use.
        """
        if self._is_check and not _MAY_BE_REPORTED.search(article.body):
            return "", []
        targets = DocumentTargets(self._root, path, self._names, files)
        context = create_body_context(
            self._root, path, article, identity, targets, front_matter, self._root_key
        )
        rendered = render_body(article.body, context, is_html=is_html(path))
        return rendered.html, list(_problems(path, rendered))


def _problems(path: str, rendered: RenderedBody) -> Iterator[Diagnostic]:
    if rendered.removed:
        message = f"The body contains what is not served: {_join_counts(rendered.removed)}."
        yield create_diagnostic(path, "removed-html", message)
    if rendered.left_out:
        message = f"The body contains code that is left out: {_join_counts(rendered.left_out)}."
        yield create_diagnostic(path, "template-code-left-out", message)


def _join_counts(counts: Counter[str]) -> str:
    """Return what there is most of, and how often it is there."""
    names = [
        f"{name} ({count:,} times)" if count > 1 else name for name, count in counts.most_common()
    ]
    return join_names(names)
