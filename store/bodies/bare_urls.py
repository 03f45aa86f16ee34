r"""Corrects where bare URLs in Markdown end, in the HTML that comrak has written.

comrak takes what is up to the next space for a URL, as GitHub does: also the closing quotation mark
after it, which browsers would ask the server for, and the backslash of ``a\_b``.
"""

from __future__ import annotations

import re
from typing import Final

_CONCERNED: Final = re.compile(r'href="[^"]*(?:%E2%80%9[89D]|%C2%BB|%5C)')
_LINK: Final = re.compile(r'<a href="([^"]*)">((?:https?://|www\.)[^<]*)</a>')
_QUOTATION_MARK: Final = re.compile("[”»]|[’‘](?!\\w)")
_ENCODED_MARK: Final = re.compile("%E2%80%9D|%C2%BB|%E2%80%9[89](?![\\w%])")
_ESCAPE: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def correct_bare_urls(html: str) -> str:
    """Return HTML whose bare URLs end before quotation marks, and have no backslashes."""
    return _LINK.sub(_correct, html) if _CONCERNED.search(html) else html


def _correct(match: re.Match[str]) -> str:
    url, text, rest = match[1], match[2], ""
    if mark := _QUOTATION_MARK.search(text):
        text, rest = text[: mark.start()], text[mark.start() :]
        url = _ENCODED_MARK.split(url, maxsplit=1)[0]
    return f'<a href="{url.replace("%5C", "")}">{_ESCAPE.sub("", text)}</a>{rest}'
