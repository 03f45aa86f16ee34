"""A check of documents finds what an import finds in their bodies, and renders no other bodies."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import SITE, Archive
from tests.store.dump import fetch_rows
from tests.store_files import open_store

PROBLEMS = {
    "script": "Text <script>x()</script> and more.",
    "form": "<form action=/x><input name=a><button>Go</button></form>",
    "capitals": "<SVG><text>a</text></SVG>",
    "scheme": "[a](javascript:x())",
    "capital scheme": "[a](JavaScript:x())",
    "scheme in angle brackets": "[a](<javascript:x()>)",
    "scheme of files": "![a](file:///etc/hosts)",
    "scheme with signs": "[a](x-app+y.z:open)",
    "scheme with a reference": "[a](&#106;avascript:x())",
    "picture without a host": "![a](https:///x.png)",
    "picture with a wrong port": "![a](https://a.example:99999/x.png)",
    "picture with a wrong host": "![a](https://[bad/x.png)",
    "address of another scheme": "See ftp://a.example/x and [b](ftp://a.example/y).",
    "picture with a wrong address": "![a](https://1.2.3.999/x.png)",
    "autolink of a scheme": "<x-app:open>",
    "defined link": "[a][b]\n\n[b]: javascript:x()",
    "empty link": "![a]()",
    "shortcode": "{{< unknown a=b >}}",
    "Liquid": "{% unknown %}",
    "snippet": "--8<-- 'a.md'",
    "directive": ":::unknown\ntext\n:::",
    "expression": "Open in {year}.",
}
"""Bodies with a problem, by the name of their document."""

PLAIN = {
    "prose": "The *bridge* [opened](https://town.example/), https://a.example/?a#b.\n\n- [x] paid",
    "table": "| a | b |\n| - | - |\n| [c](/d) | `e` |\n\n![f](g.png)",
}
"""Bodies that can have no problem."""


@pytest.mark.parametrize("kind", ["plain", "hugo", "jekyll"])
async def test_a_check_reports_what_an_import_reports(tmp_path, opened, kind):
    """The diagnostics are the same, in the same order."""
    archive = Archive(tmp_path / "in", Collection(id="x", kind=kind))
    for name, body in (PROBLEMS | PLAIN).items():
        suffix = "mdx" if name == "expression" else "md"
        archive.write_article(f"{name.replace(' ', '-')}.{suffix}", date="2024-05-02", body=body)
    report = await opened.import_archives(archive)
    assert len(report.diagnostics) > len(PROBLEMS) / 2
    store = await open_store(tmp_path / "check.db", SITE)
    check = await store.import_roots([archive.root], is_check=True)
    await store.close()
    assert check.diagnostics == report.diagnostics
    rendered = fetch_rows(
        tmp_path / "check.db",
        "SELECT path FROM article JOIN document USING (id) WHERE body_html != ''",
    )
    assert not {path for (path,) in rendered} & {f"{name}.md" for name in PLAIN}
