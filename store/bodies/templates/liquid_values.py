"""Evaluates the expressions of Liquid and Nunjucks whose values do not need the whole site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsgraph.store.bodies.templates.tag_arguments import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.bodies.context import BodyContext

_STRING: Final = r"\"[^\"]*+\"|'[^']*+'"
_EXPRESSION: Final = re.compile(
    rf"\s*(?P<value>{_STRING}|[^|\"']*+)\s*(?P<filters>(?:\|.*)?)", re.DOTALL
)
_FILTER: Final = re.compile(
    rf"\|\s*(?P<name>\w+)\s*(?::|\()?\s*(?P<argument>(?:{_STRING}|[^|\"'])*+)", re.DOTALL
)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_MARKDOWN: Final = re.compile(r"[*_`\[<\n]")
_SCHEME: Final = re.compile(r"[A-Za-z][\w+.-]*:|//")


class LiquidScope:
    """The values of variables.

    Args:
        context: the document and its archive, from which those of `site` and `page` are.
        variables: values by name, of which None is unknown.
    """

    def __init__(self, context: BodyContext, variables: dict[str, str | None]) -> None:
        self.variables = variables
        self._context = context
        site_url = (context.site_url or "").rstrip("/").removesuffix(context.base_path)
        self._base = context.base_path
        self._site: dict[str, str | None] = {
            "site.baseurl": context.base_path,
            "site.url": site_url,
            "site.github.url": site_url + context.base_path,
            "site.title": context.site_title,
            "site.name": context.site_title,
            "empty": "",
        }
        self._site.update(context.variables)

    def evaluate(self, expression: str) -> str | None:
        """Return the value of an expression with filters, or None if it is unknown."""
        match = _EXPRESSION.fullmatch(expression)
        if match is None:
            return None
        value = self._read(match["value"])
        for step in _FILTER.finditer(match["filters"]):
            if value is None:
                return None
            value = self._apply(step["name"], value, step["argument"].strip().removesuffix(")"))
        return value

    def _read(self, text: str) -> str | None:
        text = text.strip()
        if text[:1] in {'"', "'"}:
            return unquote(text)
        if _NUMBER.fullmatch(text):
            return text
        return self.variables[text] if text in self.variables else self._site.get(text)

    def _apply(self, name: str, value: str, argument: str) -> str | None:
        if name in _IDENTITIES:
            return value
        if name == "markdownify":
            # Markdown in an element of HTML needs blank lines around it.
            return f"\n\n{value.strip()}\n\n" if _MARKDOWN.search(value.strip()) else value
        if name in {"relative_url", "absolute_url", "url", "url_for", "full_url_for"}:
            return self._resolve(value, is_absolute=name in {"absolute_url", "full_url_for"})
        if name in _FILTERS:
            return _FILTERS[name](value)
        if name in {"prepend", "append"} and (text := self._read(argument)) is not None:
            return text + value if name == "prepend" else value + text
        return None

    def _resolve(self, path: str, *, is_absolute: bool) -> str:
        """Return a path below the site's own one, as Jekyll does; URLs stay as they are."""
        if _SCHEME.match(path):
            return path
        site = self._site["site.url"] if is_absolute else ""
        base = self._base
        if path.startswith((".", "#", "?")) or (base and f"{path}/".startswith(f"{base}/")):
            base = ""
        separator = "" if path.startswith(("/", ".", "#", "?")) or not path else "/"
        return f"{site}{base}{separator}{path}"


_IDENTITIES: Final = {
    *("escape", "xml_escape", "h", "safe", "strip_html", "escape_once", "string", "smartify"),
    *("to_s", "raw", "newline_to_br", "normalize_whitespace"),
}
"""Filters that change nothing in a text that becomes Markdown."""

_FILTERS: Final[dict[str, Callable[[str], str]]] = {
    "strip": str.strip,
    "trim": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "strip_newlines": lambda value: value.replace("\n", ""),
    "downcase": str.lower,
    "lower": str.lower,
    "upcase": str.upper,
    "upper": str.upper,
    "capitalize": str.capitalize,
    "url_encode": lambda value: quote(value, safe="").replace("%20", "+"),
    "cgi_escape": lambda value: quote(value, safe="").replace("%20", "+"),
    "uri_escape": lambda value: quote(value, safe=":/?#[]@!$&'()*+,;=%"),
}
