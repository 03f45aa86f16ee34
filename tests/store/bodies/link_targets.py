"""A stand-in for the links of an archive."""

from __future__ import annotations

from newsgraph.store.bodies.context import BodyContext, LocalFile, SiteValue
from newsgraph.store.documents.archive_kinds import KINDS


class FakeLinkTargets:
    """Finds what it was given.

    Args:
        documents: paths in the archive by the names of documents.
        files: URLs of files that exist.
        includes: texts by the names of included files.
        site: values of the variable `site` of templates; that of `data` has a value for each file.
    """

    def __init__(self, documents=(), files=(), includes=(), site=()):
        self.documents = dict(documents)
        self.files = set(files)
        self.includes = dict(includes)
        self.site = dict(site)
        self.read_names = []

    def find_document(self, name: str) -> str | None:
        """Return the document with a name."""
        return self.documents.get(name)

    def find_file(self, url: str) -> LocalFile | None:
        """Return a file for each URL that exists."""
        return LocalFile(url, "0" * 64, "image/png", 1) if url in self.files else None

    def read_include(self, name: str, *, relative: bool) -> str | None:
        """Return the text of an included file; the name of a relative one begins with ``./``."""
        self.read_names.append(name)
        return self.includes.get(f"./{name}" if relative else name)

    def find_site_value(self, names) -> SiteValue | None:
        """Return a value of the site."""
        length = 2 if names[:1] == ["data"] else 1
        value = self.site
        for name in names[:length]:
            if name not in value:
                return None
            value = value[name]
        return SiteValue(value, length) if len(names) >= length else None


def make_context(kind="plain", path="post.md", targets=None, **values):
    """Return the context of a document in an archive of a kind."""
    targets = targets or FakeLinkTargets()
    return BodyContext(path=path, kind=KINDS[kind], targets=targets, **values)
