"""Rewrites stored HTML for feed readers, which have no style sheet for it and show no forms."""

from __future__ import annotations

import re

# Stored HTML is sanitized: it has "<" and ">" in no text and in no attribute, so these patterns
# match only elements. None looks further than to the next element of the same name: the time is
# linear, whatever the HTML is.
_CHECKBOX = re.compile(r'<input(?= [^<>]*\btype="checkbox")([^<>]*)>')
_CODE = re.compile(r"<pre\b[^<>]*>[^<]*(?:<(?!/?pre\b)[^<]*)*</pre>")
_SPAN = re.compile(r"</?span\b[^<>]*>")
_ALERT_TITLE = re.compile(
    r'(<p(?= [^<>]*\bclass="markdown-alert-title")[^<>]*>)([^<]*(?:<(?!/?p\b)[^<]*)*)(</p>)'
)
_BDO = re.compile(r"(</?)bdo\b")
_FOOTNOTES = re.compile(r'<section(?= [^<>]*\bclass="footnotes")')


def unstyled(html: str) -> str:
    """Return stored HTML in a form that reads well without a style sheet.

    Check boxes become characters, the titles of alerts are bold, a line separates footnotes from
    the text, and code has no ``span`` elements, which only give it colors. The classes
    themselves remain.
    """
    if "<input" in html:
        html = _CHECKBOX.sub(lambda match: "☑" if ' checked=""' in match[1] else "☐", html)
    if "markdown-alert-title" in html:
        html = _ALERT_TITLE.sub(r"\1<strong>\2</strong>\3", html)
    if "<span" in html:
        html = _CODE.sub(lambda match: _SPAN.sub("", match[0]), html)
    if "<bdo" in html:
        # Feed validators do not know this element.
        html = _BDO.sub(r"\1span", html)
    return _FOOTNOTES.sub("<hr><section", html)
