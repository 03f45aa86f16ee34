"""Checks the environment variables whose names begin with ``NEWSGRAPH_``."""

from __future__ import annotations

import difflib
import logging
import os
import re
from typing import TYPE_CHECKING, Final

from newsgraph.server.startup_errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection

PREFIX: Final = "NEWSGRAPH_"

_KUBERNETES: Final = re.compile(
    r"(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)"
)
_KUBERNETES_PORT: Final = re.compile(r"(?:\w+_)?PORT")
_KUBERNETES_URL: Final = re.compile(r"(?:tcp|udp|sctp)://")

_log = logging.getLogger(__name__)


def check_environment(
    setting_names: Collection[str], collection_keys: Collection[str]
) -> frozenset[str]:
    """Check that each variable is a setting; return the names of those that count.

    Kubernetes gives every container variables for each service of its namespace. Those of a service
    called ``newsgraph``, such as ``NEWSGRAPH_PORT=tcp://10.0.0.1:80``, are ignored with a warning
    (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).

    Args:
        setting_names: names of the settings that variables can set.
        collection_keys: other keys of a newsgraph.toml, which describe its folder.

    Raises:
        SettingsError: a variable is no setting.
    """
    names: set[str] = set()
    ignored: list[str] = []
    for variable, value in sorted(os.environ.items()):
        name = variable.removeprefix(PREFIX)
        if name == variable:
            continue
        if _is_of_kubernetes(name, value):
            ignored.append(variable)
        elif name.lower() in setting_names and name == name.upper():
            names.add(name.lower())
        else:
            raise SettingsError(_describe_unknown(variable, setting_names, collection_keys))
    if ignored:
        _log.warning("ignored variables that Kubernetes has set: %s", ", ".join(ignored))
    return frozenset(names)


def _is_of_kubernetes(name: str, value: str) -> bool:
    if _KUBERNETES.fullmatch(name):
        return True
    # NEWSGRAPH_PORT is a setting, too; its value tells which of the two a variable is.
    return bool(_KUBERNETES_PORT.fullmatch(name) and _KUBERNETES_URL.match(value))


def _describe_unknown(
    variable: str, setting_names: Collection[str], collection_keys: Collection[str]
) -> str:
    name = variable.removeprefix(PREFIX).lower()
    if name in collection_keys:
        return f"{variable}: {name!r} describes a folder; set it in the folder's newsgraph.toml"
    similar = difflib.get_close_matches(name, [*setting_names, *collection_keys], n=1)
    if not similar:
        return f"there is no setting {variable}; docs/settings.md lists all"
    if similar[0] in collection_keys:
        hint = f"{similar[0]!r} in the folder's newsgraph.toml"
    else:
        hint = f"{PREFIX}{similar[0].upper()}"
    return f"there is no setting {variable}; did you mean {hint}?"
