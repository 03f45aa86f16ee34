"""HTML of bodies as imports store it, and a way to put it into a store's file.

The bodies have everything that stored HTML can have, as docs/graph.md describes it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOOTNOTES = """\
<p>High<sup class="footnote-ref"><a href="#fn:1" id="fnref:1">1</a></sup> and
low<sup class="footnote-ref"><a href="#fn:dünung" id="fnref:dünung">2</a></sup>.</p>
<section class="footnotes"><ol>
<li id="fn:1"><p>Twice a day. <a href="#fnref:1" class="footnote-backref" aria-label="Back to \
reference 1">↩</a></p></li>
<li id="fn:dünung"><p>A swell. <a href="#fnref:d%C3%BCnung" class="footnote-backref" \
aria-label="Back to reference 2">↩</a></p></li>
</ol></section>
"""

TASKS = """\
<ul>
<li><input type="checkbox" disabled="" checked="" aria-label="Done"> paid</li>
<li><input type="checkbox" disabled="" aria-label="Not done"> sent</li>
</ul>
"""

ALERTS = "".join(
    f'<div class="markdown-alert markdown-alert-{kind.lower()}">'
    f'<p class="markdown-alert-title">{kind}</p>\n<p>Mind the <em>tide</em>.</p></div>\n'
    for kind in ("Note", "Tip", "Important", "Warning", "Caution")
)

CODE = """\
<pre><code class="language-ruby"><span class="k">if</span> <span class="n">tide</span>  \
<span class="o">&lt;</span> <span class="mi">3</span>
    <span class="c1"># low</span>
<span class="k">end</span>
</code></pre>
<pre>

  two lines and two blanks
</pre>
"""

EMBEDS = """\
<p class="embed"><a href="https://video.example/embed/1" data-embed="frame">The harbour</a></p>
<p class="embed"><a href="https://media.example/film.mp4" data-embed="video">Film</a></p>
<p class="embed"><a href="newsgraph-site:/files/00ff/tide.mp3" data-embed="audio">The tide</a></p>
<p class="embed"><a href="https://media.example/plan.pdf" data-embed="object">Plan</a></p>
"""

TEXT = """\
<h2 id="the-pier">The pier</h2>
<p dir="rtl" lang="he">שלום <b>hello</b>!</p>
<table><thead><tr><th align="right">n</th><th align="center">m</th></tr></thead>
<tbody><tr><td align="right">1</td><td align="center">2</td></tr></tbody></table>
<dl><dt id="ebb">Ebb</dt><dd>The sea goes.</dd></dl>
<p>Write to <a href="mailto:ed@harbour.example">us</a>, <a href="tel:+4312345">call</a>, or see
<a href="newsgraph-site:/documents/plans/bridge.md#cost" title="Its cost">the bridge</a>,
<a href="https://harbour.example/2024/older/?page=2">older</a>, <a href="#the-pier">above</a>,
<a href="#page-main">not the page</a> and <a href="#nowhere">elsewhere</a>.</p>
<p id="page-main">This id is the page's own.</p>
<figure><img src="newsgraph-site:/files/ab12/quay.jpg" alt="Quay" width="1200" height="800">\
<figcaption>The quay</figcaption></figure>
<p><a href="https://pier.example/"><img src="https://pier.example/a.png" alt="Pier"></a></p>
"""

BODIES = {
    "footnotes": FOOTNOTES,
    "tasks": TASKS,
    "alerts": ALERTS,
    "code": CODE,
    "embeds": EMBEDS,
    "text": TEXT,
}
"""Stored HTML by name."""


def set_body_html(store: Path, path: str, body_html: str) -> None:
    """Set the HTML of the article whose document has a path, in a store's file."""
    sql = (
        "UPDATE article SET body_html = ? "
        "WHERE id = (SELECT id FROM document WHERE document.path = ?)"
    )
    with closing(sqlite3.connect(store)) as connection, connection:
        assert connection.execute(sql, (body_html, path)).rowcount == 1
