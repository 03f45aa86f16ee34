"""Other people's clients, held against our schema and against a live server of the seeds.

    python -m tests.clients.check           all of them
    python -m tests.clients.check relay     one

`make npm` and `make test` fetch what they need.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from tests.server.live import serving

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MADE = HERE / "made"
SCHEMA = HERE.parent / "golden" / "schema.graphql"
PYTHON = ROOT / ".venv" / "clients" / "bin" / "python"
SECONDS = 120


class ClientFailed(AssertionError):
    """A client does not get on with our graph; its own words say why."""


def run(*command):
    """Run a program in this folder and return what it says.

    Raises:
        ClientFailed: it failed.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=HERE, check=False, capture_output=True, text=True, timeout=SECONDS
    )
    if done.returncode != 0:
        raise ClientFailed(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def npm(package, script, *arguments):
    """Run a program of an npm package; each is named by its file, as two have one name."""
    return run("node", f"node_modules/{package}/{script}", *arguments)


def anew(name):
    """Return a folder for what a generator makes, without what it made before."""
    folder = MADE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def schema(site):
    """The schema that the server gives away is the reviewed one, and keeps ESLint's rules."""
    answer = httpx.get(f"{site}/schema.graphql").raise_for_status()
    if answer.text != SCHEMA.read_text("utf-8"):
        raise ClientFailed("/schema.graphql differs from tests/golden/schema.graphql")
    return run("node", "schema_rules.mjs", SCHEMA)


def ariadne(site):
    """A Python client made by ariadne-codegen: mypy and Pydantic take it, and it is answered."""
    anew("newsgraph_client")
    run(PYTHON, "-m", "ariadne_codegen", "client", "--config", "ariadne.toml")
    run(
        *(sys.executable, "-m", "mypy", "--config-file", "mypy.ini"),
        *("--python-executable", PYTHON, "--cache-dir", MADE / "mypy", "generated.py"),
    )
    return run(PYTHON, "generated.py", site)


def relay(site):
    """Relay compiles pages of ours without a warning, and its store puts them together."""
    folder = anew("relay")
    told = npm("relay-compiler", "cli.js", "relay.config.json")
    if "[WARN" in told or "[ERROR" in told:
        raise ClientFailed(told)
    # Beside our own scripts, which are modules, what Relay makes would be taken for one.
    (folder / "package.json").write_text(json.dumps({"type": "commonjs"}), "utf-8")
    return run("node", "relay_store.mjs", site)


def codegen(_site):
    """graphql-codegen makes TypeScript of our operations, and the compiler takes code with it."""
    (MADE / "graphql.ts").unlink(missing_ok=True)
    npm("@graphql-codegen/cli", "cjs/bin.js", "--config", "codegen.json", "--silent")
    return npm("typescript", "bin/tsc", "--project", "tsconfig.json") or "TypeScript is content."


def apollo(site):
    """Apollo's cache puts pages together, and its link asks by hash."""
    return run("node", "apollo.mjs", site)


def follow(site):
    """Subscriptions of graphql-ws, graphql-sse and urql are told the same."""
    return run("node", "follow.mjs", site)


CHECKS = {check.__name__: check for check in (schema, ariadne, relay, codegen, apollo, follow)}
"""By name, what takes a server's address and returns what it found, or raises ClientFailed."""


def main(names):
    """Run the checks of these names, all if there are none; return how many failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder, serving(folder) as (site, _):
        for name in names or CHECKS:
            try:
                told = CHECKS[name](site)
            except ClientFailed as error:
                told, failed = f"FAILED\n{error}", failed + 1
            sys.stdout.write(f"{name}: {told.strip()}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
