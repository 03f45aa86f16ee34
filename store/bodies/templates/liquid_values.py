"""Evaluates the expressions of Liquid and Nunjucks whose values do not need the whole site."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from newsgraph.store.bodies.templates.liquid_lookups import (
    UNKNOWN,
    look_up,
    parse_lookup,
    select_items,
    to_text,
)
from newsgraph.store.bodies.templates.tag_arguments import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsgraph.store.bodies.context import BodyContext
    from newsgraph.store.bodies.templates.liquid_lookups import LiquidValue, LookupKey

_STRING: Final = r"\"[^\"]*+\"|'[^']*+'"
_EXPRESSION: Final = re.compile(
    rf"\s*+(?P<value>{_STRING}|(?:[^|\"'\[]++|\[(?:\s*+(?:{_STRING}))?)*)\s*(?P<filters>(?:\|.*)?)",
    re.DOTALL,
)
_FILTER: Final = re.compile(
    rf"\|\s*(?P<name>\w+)\s*(?::|\()?\s*(?P<argument>(?:{_STRING}|[^|\"']++)*)", re.DOTALL
)
_ARGUMENT: Final = re.compile(rf"{_STRING}|[^\s,\"'][^,\"']*+")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_LITERALS: Final[dict[str, LiquidValue]] = {
    **dict.fromkeys(("nil", "null"), None),
    "true": True,
    "false": False,
}
_MARKDOWN: Final = re.compile(r"[*_`\[<\n]")
_SCHEME: Final = re.compile(r"[A-Za-z][\w+.-]*:|//")


class LiquidScope:
    """The values of variables.

    Args:
        context: the document and its archive, from which those of `site` and `page` are.
        variables: values by name.
        spend: whether the work of looking at so many items can still be done.
    """

    def __init__(
        self,
        context: BodyContext,
        variables: dict[str, LiquidValue],
        spend: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self.variables = variables
        self._context = context
        self._spend = spend
        site_url = (context.site_url or "").rstrip("/").removesuffix(context.base_path)
        self._base = context.base_path
        self._site_url = site_url
        self._known: dict[str, LiquidValue] = {
            "site.baseurl": context.base_path,
            "site.url": site_url,
            "site.github.url": site_url + context.base_path,
            "empty": "",
        }
        self._known.update(context.variables)

    def evaluate(self, expression: str) -> str | None:
        """Return the text of an expression with filters, or None if it is unknown."""
        return to_text(self.evaluate_value(expression))

    def evaluate_value(self, expression: str) -> LiquidValue:
        """Return the value of an expression with filters."""
        match = _EXPRESSION.fullmatch(expression)
        if match is None:
            return UNKNOWN
        value = self._read(match["value"])
        for step in _FILTER.finditer(match["filters"]):
            if value is UNKNOWN:
                return UNKNOWN
            value = self._apply(step["name"], value, step["argument"].strip().removesuffix(")"))
        return value

    def _read(self, text: str) -> LiquidValue:
        text = text.strip()
        if text[:1] in {'"', "'"}:
            return unquote(text)
        if _NUMBER.fullmatch(text):
            return text
        if text in _LITERALS:
            return _LITERALS[text]
        keys = parse_lookup(text, self._read)
        return UNKNOWN if keys is None else self._look_up(keys)

    def _look_up(self, keys: list[LookupKey]) -> LiquidValue:
        """Return the value of a variable, or what is in it."""
        names = list(takewhile(lambda key: isinstance(key, str), keys))
        for length in range(len(names), 0, -1):
            name = ".".join(map(str, names[:length]))
            for values in (self.variables, self._known):
                if name in values:
                    return look_up(values[name], keys[length:])
        if names[:1] != ["site"]:
            return UNKNOWN
        match = self._context.targets.find_site_value([str(name) for name in names[1:]])
        if match is not None:
            return look_up(match.value, keys[1 + match.length :])
        has_title = self._context.site_title is not None and names[1:] in (["title"], ["name"])
        return self._context.site_title if has_title else UNKNOWN

    def _apply(self, name: str, value: LiquidValue, argument: str) -> LiquidValue:
        if name in {"first", "last", "size"}:
            return look_up(value, [name])
        if name == "default":
            is_missing = value is None or value is False or value in ("", [], {})
            return self._read(argument) if is_missing else value
        if name == "where":
            return self._where(value, _ARGUMENT.findall(argument))
        text = to_text(value)
        if text is None or value is None:
            # Filters of URLs return nothing for nothing.
            return value if value is None and name in _URL_FILTERS else UNKNOWN
        if len(text) > _FREE_LENGTH and not self._spend(len(text)):
            return UNKNOWN
        return self._apply_to_text(name, text, argument)

    def _where(self, value: LiquidValue, arguments: list[str]) -> LiquidValue:
        if isinstance(value, dict):
            value = list(value.values())
        if len(arguments) != _WHERE_ARGUMENTS or not isinstance(value, list):
            return None if value is None else UNKNOWN
        key, target = map(self._read, arguments)
        if not isinstance(key, str) or not self._spend(len(value)):
            return UNKNOWN
        return select_items(value, key, target)

    def _apply_to_text(self, name: str, value: str, argument: str) -> LiquidValue:
        if name in _IDENTITIES:
            return value
        if name == "markdownify":
            # Markdown in an element of HTML needs blank lines around it.
            return f"\n\n{value.strip()}\n\n" if _MARKDOWN.search(value.strip()) else value
        if name in _URL_FILTERS:
            return self._resolve(value, is_absolute=name in {"absolute_url", "full_url_for"})
        if name in _FILTERS:
            return _FILTERS[name](value)
        if name in {"prepend", "append"}:
            text = to_text(self._read(argument))
            if text is not None:
                return text + value if name == "prepend" else value + text
        return UNKNOWN

    def _resolve(self, path: str, *, is_absolute: bool) -> str:
        """Return a path below the site's own one, as Jekyll does; URLs stay as they are."""
        if _SCHEME.match(path):
            return path
        site = self._site_url if is_absolute else ""
        base = self._base
        if path.startswith((".", "#", "?")) or (base and f"{path}/".startswith(f"{base}/")):
            base = ""
        separator = "" if path.startswith(("/", ".", "#", "?")) or not path else "/"
        return f"{site}{base}{separator}{path}"


_FREE_LENGTH: Final = 1000
"""Up to this length of a text, filters cost no more than reading them."""

_WHERE_ARGUMENTS: Final = 2
_URL_FILTERS: Final = {"relative_url", "absolute_url", "url", "url_for", "full_url_for"}
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
