"""Generates `server/static/code.css`, the colors of code, from Pygments' styles.

Rendered code has Pygments' short classes. The colors are those of two styles of Pygments, for light
and for dark pages; a color with too little contrast is moved towards black or white.
"""

from __future__ import annotations

from pathlib import Path

from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES

CODE_CSS = Path(__file__).resolve().parents[3] / "server" / "static" / "code.css"

MIN_CONTRAST = 4.5
"""Contrast of text that WCAG 2.2 section 1.4.3 (AA) requires."""

GROUNDS = {"light": "#ffffff", "dark": "#1d2125"}
"""Background of code by color scheme: ``--raised`` in pages.css."""

_STYLES = {"light": "default", "dark": "github-dark"}
_HEADER = """\
/* The colors of code, by Pygments' classes. Do not edit: tests/server/pages/code_colors.py writes
   this file from Pygments' styles "{light}" and "{dark}" (UPDATE_GOLDENS=1). */
"""


def code_css() -> str:
    """Return the style sheet."""
    light, dark = (_rules(scheme) for scheme in ("light", "dark"))
    # What only the light style sets must not remain on dark pages.
    dark_media = "\n".join(f"  {rule}" for rule in dark)
    light_media = "\n".join(f"  {rule}" for rule in light)
    return (
        _HEADER.format(**_STYLES)
        + f"@media not all and (prefers-color-scheme: dark) {{\n{light_media}\n}}\n"
        + f"@media (prefers-color-scheme: dark) {{\n{dark_media}\n}}\n"
    )


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colors such as ``#1d2125`` (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _rules(scheme: str) -> list[str]:
    """Return the rules of a color scheme; classes with the same declarations share one."""
    style, ground = get_style_by_name(_STYLES[scheme]), GROUNDS[scheme]
    base = _declarations(style.style_for_token(next(iter(STANDARD_TYPES))), ground)
    classes: dict[str, list[str]] = {}
    for token, name in STANDARD_TYPES.items():
        declarations = _declarations(style.style_for_token(token), ground)
        if name and declarations and declarations != base:
            classes.setdefault(declarations, []).append(name)
    return [
        f"pre :is({', '.join(f'.{name}' for name in names)}) {{ {declarations} }}"
        for declarations, names in classes.items()
    ]


def _declarations(style: dict[str, object], ground: str) -> str:
    declarations = []
    if style["color"]:
        declarations.append(f"color: {_readable('#' + str(style['color']), ground)}")
    if style["bold"]:
        declarations.append("font-weight: 700")
    if style["italic"]:
        declarations.append("font-style: italic")
    if style["underline"]:
        declarations.append("text-decoration: underline")
    return "; ".join(declarations)


def _readable(color: str, ground: str) -> str:
    """Return a color, moved away from the background's until the contrast is enough."""
    target = 0 if _luminance(ground) > 0.5 else 255
    channels = _channels(color)
    while contrast(color, ground) < MIN_CONTRAST:
        channels = [round(channel + (target - channel) * 0.1) for channel in channels]
        color = "#" + "".join(f"{channel:02x}" for channel in channels)
    return color.lower()


def _channels(color: str) -> list[int]:
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(color: str) -> float:
    """Return the relative luminance of a color."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
