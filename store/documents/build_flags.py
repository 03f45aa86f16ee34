"""Reads from a configuration whether future documents, expired ones and drafts are built. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import MappingNode

from newsgraph.store.documents.fields import FieldReader, list_items

if TYPE_CHECKING:
    from typing import Literal

    from newsgraph.store.documents.archive_kinds import ArchiveKind

_BLOG_PLUGINS: Final = ("blog", "material/blog")
_PELICAN_FUTURE: Final = re.compile(r"(?m)^WITH_FUTURE_DATES\s*=\s*(True|False)\b")


@dataclass(frozen=True, slots=True)
class BuildFlags:
    """Whether a generator builds future documents, expired ones and drafts.

    Where its configuration says nothing, they are None and False.

    Attributes:
        future: whether it builds documents whose date has not come.
        expired: whether it builds documents whose date of expiry has passed.
        drafts: whether it builds drafts.
    """

    future: bool | None = None
    expired: bool = False
    drafts: bool = False

    def future_setting(self, kind: ArchiveKind) -> Literal["show", "hide"] | None:
        """Return the setting ``future``; None if the configuration repeats the default of a kind.

        Hexo writes its default into each new configuration.
        """
        if self.future is None or self.future is not kind.hides_future:
            return None
        return "show" if self.future else "hide"


NO_FLAGS: Final = BuildFlags()
"""The flags of a configuration that says nothing."""


def read_build_flags(fields: FieldReader) -> BuildFlags:
    """Read the flags of Jekyll (``future``), Hexo, Hugo, and of Material for MkDocs's blog plugin.

    Sources: https://jekyllrb.com/docs/configuration/options/#build-command-options,
    https://hexo.io/docs/configuration, https://gohugo.io/configuration/all/ and
    https://squidfunk.github.io/mkdocs-material/plugins/blog/#drafts
    """
    blog = _find_blog_options(fields)
    future = fields.get_bool("buildFuture", "future")
    if blog and blog.get_bool("draft_if_future_date"):
        future = False
    # Jekyll has one flag for the folder of drafts, and one for `published: false`.
    drafts = fields.get_bool("unpublished") and fields.get_bool("show_drafts")
    drafts = drafts or fields.get_bool("buildDrafts") or fields.get_bool("render_drafts")
    drafts = drafts or (blog.get_bool("draft") if blog else None)
    return BuildFlags(future, bool(fields.get_bool("buildExpired")), bool(drafts))


def find_pelican_flags(text: str) -> BuildFlags:
    """Find the flag of Pelican in its configuration, which is a program.

    Source: https://docs.getpelican.com/en/latest/settings.html
    """
    match = _PELICAN_FUTURE.search(text)
    return BuildFlags(match[1] == "True") if match else NO_FLAGS


def _find_blog_options(fields: FieldReader) -> FieldReader | None:
    field = fields.find("plugins")
    for node in list_items(field[1]) if field else ():
        if isinstance(node, MappingNode):
            plugin = FieldReader(fields.converter, node)
            for name in _BLOG_PLUGINS:
                if (options := plugin.find_mapping(name)) is not None:
                    return options
    return None
