"""The title of a site whose configuration states none: the name of its folder. Pure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from newsgraph.store.documents.collection_settings import Collection

if TYPE_CHECKING:
    from collections.abc import Sequence

_GENERAL_NAMES: Final = frozenset(
    (
        *("articles", "blog", "blogs", "content", "contents", "data", "doc", "docs", "documents"),
        *("entries", "files", "html", "input", "markdown", "md", "news", "output", "pages", "post"),
        *("posts", "public", "site", "sites", "source", "sources", "src", "stories", "web"),
        *("webpage", "website", "websites", "www"),
        # Folders that a system has, and those that people keep projects in.
        *("app", "build", "code", "desktop", "dev", "dist", "downloads", "git", "github", "home"),
        *("local", "media", "mnt", "opt", "project", "projects", "repo", "repos", "root", "run"),
        *("srv", "temp", "tmp", "tree", "user", "users", "usr", "var", "volume", "volumes"),
        *("work", "workspace", "workspaces"),
    )
)
"""Names that say nothing of a site, in lower case, without ``_`` and ``.`` before them."""

_HOMES: Final = frozenset(("home", "users"))


def folder_title(folder: str) -> str | None:
    """Return the name of a folder, or of its parent if that of the folder is a general one.

    Args:
        folder: absolute path of the folder.

    The name of a person's home folder, ``/home/jane``, is none: pages and feeds are public.

    Returns:
        The name; None if there is none, as of ``site/docs`` and ``/home/jane/blog``.
    """
    path = PurePath(folder)
    is_in_home = path.parent.parent.name.lower() in _HOMES
    names = (path.name,) if is_in_home else (path.name, path.parent.name)
    return next((name for name in names if not _is_general(name)), None)


def site_collection(roots: Sequence[tuple[str, Collection]]) -> Collection:
    """Return the collection of a site: that of its first root.

    A title that the collection does not state is the name of the folder, if it is the only one.

    Args:
        roots: folders and collections of all roots, in their order.
    """
    if not roots:
        return Collection()
    folder, collection = roots[0]
    if collection.title or len(roots) > 1:
        return collection
    return replace(collection, title=folder_title(folder))


def _is_general(name: str) -> bool:
    return name.lower().lstrip("._") in _GENERAL_NAMES | {""}
