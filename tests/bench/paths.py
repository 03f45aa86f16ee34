"""Folders of the bench, and the programs that it starts."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH_FOLDER = ROOT / "tests" / "bench"
WORK_FOLDER = ROOT / ".bench"
"""All files that the bench creates; Git ignores them, and any of them may be deleted."""

NEWSGRAPH_COMMAND = shlex.split(
    os.environ.get("BENCH_NEWSGRAPH", str(Path(sys.executable).with_name("newsgraph")))
)
"""The newsgraph command that is measured; BENCH_NEWSGRAPH can name that of another version."""

PYTHON = sys.executable
