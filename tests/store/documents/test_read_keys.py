"""The keys that have a meaning are those that documents are read by."""

from __future__ import annotations

import pytest

from newsgraph.store.documents import archive_kinds as kinds
from newsgraph.store.documents.aliases import ALIAS_KEYS
from newsgraph.store.documents.field_keys import USUAL_KEYS
from newsgraph.store.documents.read_keys import find_read_keys
from newsgraph.store.documents.schedule import EXPIRES_AT_KEYS, PUBLISH_DATE_KEYS


@pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=kinds.KINDS)
def test_all_kinds_of_keys_are_recorded(kind):
    """Those of fields, of dates and of aliases, and what hides a document in this kind."""
    keys = find_read_keys(kind)
    fields = {key for name, names in USUAL_KEYS.items() if name != "tags" for key in names}
    rules = {
        rule.partition(":")[0].partition(".")[0]
        for rule in (*kind.draft_by, *kind.pageless_by, *kind.unlisted_by, *kind.no_sitemap_by)
    }
    others = {*kind.topic_keys, *kind.related_keys, *kind.translation_keys, *kind.redirect_keys}
    dates = {*PUBLISH_DATE_KEYS, *EXPIRES_AT_KEYS, *kind.dated_path_keys}
    expected = fields | rules | others | dates | {*ALIAS_KEYS, "header", "taxonomy", "permalink"}
    assert {key.lower() for key in expected} <= keys
    assert keys.isdisjoint({"layout", "weight", "toc"})


def test_rules_of_another_kind_are_not_recorded():
    """`headless` is a key of Hugo, which means nothing elsewhere."""
    assert "headless" in find_read_keys(kinds.HUGO)
    assert "headless" not in find_read_keys(kinds.JEKYLL)


def test_the_keys_of_an_archive():
    """Those of the setting `keys` count; of one with dots, the mapping that it leads into."""
    keys = find_read_keys(kinds.PLAIN, (("title", ("Überschrift",)), ("image", ("seo.image",))))
    assert {"überschrift", "seo"} <= keys
    assert "image.seo" not in keys
