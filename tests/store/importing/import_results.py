"""Contents of test documents, and functions that read the results of an import."""

from __future__ import annotations

from tests.store.dump import fetch_rows

ARTICLE_URL = "https://example.com/story"
VALID_FILE = "---\ntitle: Good\n---\n"


def diagnostic_positions(report):
    """Return a report's diagnostics as (path, line, column, code)."""
    return [(item.path, item.line, item.column, item.code) for _, item in report.diagnostics]


def diagnostic_codes(report):
    """Return the codes of a report's diagnostics."""
    return [item.code for _, item in report.diagnostics]


def nonzero_counts(report):
    """Return a report's numbers of documents that are not 0, by name."""
    names = ("created", "updated", "unchanged", "removed", "failed", "hidden")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def changes_at(path, revision):
    """Return the change log of a revision as (type, identity, is deleted).

    An object that is no longer in the store has its key as identity.
    """
    identities = dict(fetch_rows(path, "SELECT id, identity FROM document WHERE kind = 'Article'"))
    identities |= dict(
        fetch_rows(path, "SELECT id, slug FROM topic UNION SELECT id, domain FROM provider")
    )
    rows = fetch_rows(
        path,
        "SELECT entity, entity_id, deleted, revision FROM change ORDER BY revision, position",
    )
    return {
        (entity, identities.get(key, key), bool(deleted))
        for entity, key, deleted, change_revision in rows
        if change_revision == revision
    }


def link_targets(path):
    """Return the identity of each link's target, or None, by (source identity, position)."""
    rows = fetch_rows(
        path,
        "SELECT source.identity, link.position, target.identity FROM link"
        " JOIN document source ON source.id = link.article_id"
        " LEFT JOIN document target ON target.id = link.target_id",
    )
    return {(source, position): target for source, position, target in rows}


def article_values(path, column="title"):
    """Return a column of the articles by their documents' identity."""
    return dict(
        fetch_rows(path, f"SELECT identity, {column} FROM article JOIN document USING (id)")  # noqa: S608
    )
