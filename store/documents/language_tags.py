"""Language tags (BCP 47, RFC 5646): what is one, and how it is written."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_CODE: Final = re.compile(
    r"[a-z]{2}(?:[-_](?:hans|hant|latn|cyrl|arab))?(?:[-_](?:[a-z]{2}|[0-9]{3}))?", re.IGNORECASE
)
"""A language with a script or a region: a name such as ``el-nino`` is none."""

_LOCALE_SUFFIX: Final = re.compile(r"[.@].*", re.DOTALL)
_CODE_LENGTH: Final = 2
_REGION_LENGTH: Final = 2
_SCRIPT_LENGTH: Final = 4


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ISO_639_1: Final = _codes(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv
    sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """
)
"""Codes of two letters."""

WORDS: Final = _codes("am an as be co ie io is la li ml my no or os sc sh so st to ts")
"""Codes that are more often something else in the name of a file, such as ``release.no.md``."""

ABBREVIATIONS: Final = WORDS | _codes("ar cs hr he id it mt pa ps se si uk ve vi")
"""Codes that are more often something else as the name of a folder, such as ``it``."""


def normalize_tag(text: str) -> str | None:
    """Return a language tag as RFC 5646 section 2.1.1 writes it; None for any other text.

    The name of a locale is a tag, too: ``pt_br.UTF-8`` is ``pt-BR``. The tag begins with two or
    three letters; whether they are a language's code is not checked.

    Args:
        text: such as ``EN``, ``zh_hans_cn`` or ``de-at``.
    """
    stem = _LOCALE_SUFFIX.sub("", text.strip())
    if not _TAG.fullmatch(stem):
        return None
    first, *others = re.split("[-_]", stem.lower())
    return "-".join((first, *map(_write_subtag, others)))


def _write_subtag(subtag: str) -> str:
    if len(subtag) == _REGION_LENGTH:
        return subtag.upper()
    return subtag.title() if len(subtag) == _SCRIPT_LENGTH and subtag.isalpha() else subtag


def known_tag(code: str) -> str | None:
    """Return the tag of a code of ISO 639-1, which may have a script or a region; else None.

    Args:
        code: such as ``de``, ``pt_BR`` or ``zh-hans``.
    """
    is_code = _CODE.fullmatch(code) and code[:2].lower() in ISO_639_1
    return normalize_tag(code) if is_code else None


def document_tag(text: str) -> str | None:
    """Return the language tag that a document states, or None.

    A code of two letters has to be one of ISO 639-1; one of three letters can be any.

    Args:
        text: such as ``de``, ``en_US.UTF-8`` or ``gsw``.
    """
    tag = normalize_tag(text)
    if tag is None:
        return None
    code = primary_subtag(tag)
    return tag if len(code) != _CODE_LENGTH or code in ISO_639_1 else None


def primary_subtag(tag: str) -> str:
    """Return the language of a tag without its script and region: that of ``pt-BR`` is ``pt``."""
    return tag.partition("-")[0].lower()
