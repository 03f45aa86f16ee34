"""Where the bench keeps what it makes, and where the programs are that it starts."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / "tests" / "bench"
MADE = ROOT / ".bench"
"""Everything that the bench makes; Git does not see it, and any of it may be deleted."""

NEWSGRAPH = shlex.split(
    os.environ.get("BENCH_NEWSGRAPH", str(Path(sys.executable).with_name("newsgraph")))
)
"""How to call what is measured; BENCH_NEWSGRAPH names another, of another version say."""

PYTHON = sys.executable
