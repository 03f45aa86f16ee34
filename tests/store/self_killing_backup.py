"""Backs a store up, as a separate process that kills itself at a given point.

    python -m tests.store.self_killing_backup DATABASE FILE EVENT NUMBER

EVENT is one of Python's audit events, such as ``os.link``, before whose NUMBERth occurrence in the
backup the process kills itself.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

from newsgraph.store.engines.sqlite.backup import back_up


def main(database: str, file: str, event: str, number: str) -> None:
    """Back the store up."""
    counter = count(1)

    def die(name: str, _arguments: object) -> None:
        if name == event and next(counter) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)
    back_up(Path(database), Path(file), overwrite=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
