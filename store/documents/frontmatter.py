"""Text of a document to its content, or to what is wrong with it and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from frontmatter.default_handlers import YAMLHandler
from yaml import MappingNode, Node, ScalarNode

from newsgraph.store.documents import articles, taxonomy_entries
from newsgraph.store.documents.diagnostics import Complaints, UnreadableError
from newsgraph.store.documents.document import Parsed
from newsgraph.store.documents.fields import Fields, shape
from newsgraph.store.documents.source_text import SourceText
from newsgraph.store.documents.yaml_nodes import root_node
from newsgraph.store.documents.yaml_values import Values, offset, shortened

if TYPE_CHECKING:
    from collections.abc import Collection

    from newsgraph.store.documents.document import Article, Json, OrganizationEntry, TopicEntry

    Content: TypeAlias = Article | TopicEntry | OrganizationEntry

# Jekyll also lets three dots close the front matter, as YAML itself does.
_BOUNDARY: Final = re.compile(r"^(?:-{3,}|\.{3})\s*$", re.MULTILINE)
_HANDLER: Final = YAMLHandler(fm_boundary=_BOUNDARY)
_BLANK: Final = re.compile(r"[\s\ufeff]*")
_DATA_FILE: Final = (".yaml", ".yml")
_TAXONOMY_LINE: Final = re.compile(r"""^(["']?)taxonomy\1[ \t]*:""", re.MULTILINE)
_NOT_OURS: Final = "The file is no taxonomy: it has no `taxonomy: topic` or `organization`."


def parse(text: str, path: str, private: Collection[str] = ()) -> Parsed:
    """What a file says: an article, a topic or an organization, and its whole front matter.

    Pure, and raises nothing, whatever the text.

    Args:
        text: of the whole file, with any line ends and with or without byte order mark.
        path: below the root, with ``/``. A ``.yaml`` or ``.yml`` file is YAML as a whole,
            any other has front matter between lines of ``---``, and then a body. Jekyll's
            date in a file name is read where the front matter has none.
        private: top-level keys that nothing is read from; they stay in the front matter.

    Returns:
        The content, or None with the diagnostics that say why; lines and columns are
        those of the original text.
    """
    source = SourceText(text)
    complaints = Complaints(source, path)
    if source.first_refused is not None:
        message = f"Control characters, or others that cannot be kept: {source.refused}."
        complaints.add_at("characters-removed", source.first_refused, message)
    values = Values(complaints)
    front_matter: dict[str, Json] = {}
    content: Content | None = None
    try:
        root: Node | None
        body: str | None = None
        if path.lower().endswith(_DATA_FILE):
            root = _data_file(source.text, complaints)
        else:
            root, body = _markdown(source.text, complaints)
        if root is not None:
            if not isinstance(root, MappingNode):
                message = f"The front matter is {shape(root)}, not a mapping."
                raise UnreadableError("not-a-mapping", offset(root), message)
            # The whole of it first: this is what keeps to the limits.
            front_matter = values.mapping(root)
            content = _content(Fields(values, root, private=private), body, path)
    except UnreadableError as error:
        complaints.add_fatal(error)
    return Parsed(content, front_matter, complaints.diagnostics())


def _markdown(text: str, complaints: Complaints) -> tuple[Node | None, str]:
    """The YAML tree and the body of a document."""
    begin = _begin(text)
    head = text[begin:]
    opening = _opening(head)
    if opening is None:
        raise UnreadableError(
            "no-front-matter", 0, "The file does not begin with front matter.", _hint(head)
        )
    try:
        front, body = _HANDLER.split(head)
    except ValueError as error:
        message = "The front matter is never closed."
        raise UnreadableError("unclosed-front-matter", begin, message) from error
    complaints.base = begin + opening
    root = root_node(_HANDLER, front)
    if root is None:
        raise UnreadableError("missing-title", 0, "The front matter is empty.")
    return root, body.strip()


def _data_file(text: str, complaints: Complaints) -> Node | None:
    """The YAML tree of a data file; None, with a warning, where it is no taxonomy."""
    begin = _begin(text)
    head = text[begin:]
    opening = _opening(head)
    front = text.removeprefix("\ufeff")
    complaints.base = len(text) - len(front)
    if opening is not None and _BOUNDARY.search(head, opening):
        front, _ = _HANDLER.split(head)
        complaints.base = begin + opening
    # Most YAML files of a site are something else: do not even parse them.
    if "taxonomy" in front:
        try:
            root = root_node(_HANDLER, front)
        except UnreadableError:
            if _TAXONOMY_LINE.search(front):
                raise
        else:
            if isinstance(root, MappingNode):
                return root
    complaints.add("not-a-taxonomy", 0, _NOT_OURS)
    return None


def _begin(text: str) -> int:
    """Where the first line with anything in it begins: python-frontmatter skips blank ones."""
    match = _BLANK.match(text)
    return match.end() if match else 0


def _opening(head: str) -> int | None:
    """How long the line is that opens the front matter; None where there is none."""
    match = _BOUNDARY.match(head) if head.startswith("-") else None
    return match.end() if match else None


def _hint(head: str) -> str | None:
    """Advice for the two other kinds of front matter that Hugo knows."""
    if head.startswith(("+++", "{")):
        return "Only YAML between lines of three dashes is read; `hugo convert toYAML` makes it."
    return None


def _content(fields: Fields, body: str | None, path: str) -> Content | None:
    """What the front matter describes; ``body`` is None for a data file."""
    found = fields.find("taxonomy")
    kind = fields.values.text(found[1]) if found and isinstance(found[1], ScalarNode) else None
    if kind == "topic":
        return taxonomy_entries.topic(fields)
    if kind == "organization":
        return taxonomy_entries.organization(fields)
    if body is None:
        fields.complain("not-a-taxonomy", found[1] if found else fields.mapping, _NOT_OURS)
        return None
    # Other programs have a `taxonomy` too; Grav's is a mapping.
    if found and kind:
        message = f"{shortened(kind)} is no taxonomy; the file is read as an article."
        fields.complain("not-a-taxonomy", found[1], message)
    return articles.article(fields, body, path)
