"""A command imports only what it needs, so that it starts quickly."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVER = {"strawberry", "graphql", "starlette", "jinja2", "feedgen"}


@pytest.mark.process
@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ("newsgraph.server.cli.main", SERVER | {"sqlalchemy", "pydantic", "rich", "uvicorn"}),
        # Until its port is known to be free.
        ("newsgraph.server.cli.serve", SERVER | {"uvicorn", "newsgraph.store.bodies.render"}),
        # Only databases of older versions need Alembic.
        ("newsgraph.server.cli.import_folders", SERVER | {"alembic", "uvicorn"}),
    ],
)
def test_a_command_imports_only_what_it_needs(module, left_out):
    """``--help`` reads no settings and opens no store; an import serves nothing."""
    code = f"import sys, {module}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert module in result.stdout.split()
    assert left_out.isdisjoint(result.stdout.split())
