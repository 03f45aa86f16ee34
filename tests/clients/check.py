"""Checks third-party clients against the schema, and against a server with the seeds.

    python -m tests.clients.check           all checks
    python -m tests.clients.check relay     one check

`make npm` and `make test` install the clients.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from tests.server.live import running_server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GENERATED = HERE / "made"
SCHEMA = HERE.parent / "golden" / "schema.graphql"
PYTHON = ROOT / ".venv" / "clients" / "bin" / "python"
TIMEOUT_SECONDS = 120


class ClientFailed(AssertionError):
    """A client does not work with the endpoint; the message is its output."""


def run_program(*command):
    """Run a program in this folder and return its output.

    Raises:
        ClientFailed: it failed.
    """
    arguments = [str(argument) for argument in command]
    process = subprocess.run(
        arguments, cwd=HERE, check=False, capture_output=True, text=True, timeout=TIMEOUT_SECONDS
    )
    if process.returncode != 0:
        raise ClientFailed(f"{' '.join(arguments)}\n{process.stdout}{process.stderr}")
    return process.stdout + process.stderr


def run_npm_program(package, script, *arguments):
    """Run a program of an npm package, by its file, because two programs have the same name."""
    return run_program("node", f"node_modules/{package}/{script}", *arguments)


def create_empty_folder(name):
    """Create an empty folder for a generator's output, and return it."""
    folder = GENERATED / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def check_schema(site):
    """Check that the server's schema is the reviewed one, and follows the rules of ESLint."""
    response = httpx.get(f"{site}/schema.graphql").raise_for_status()
    if response.text != SCHEMA.read_text("utf-8"):
        raise ClientFailed("/schema.graphql differs from tests/golden/schema.graphql")
    return run_program("node", "schema_rules.mjs", SCHEMA)


def check_ariadne(site):
    """Generate a Python client with ariadne-codegen, check it with mypy, and use it."""
    create_empty_folder("newsgraph_client")
    run_program(PYTHON, "-m", "ariadne_codegen", "client", "--config", "ariadne.toml")
    run_program(
        *(sys.executable, "-m", "mypy", "--config-file", "mypy.ini"),
        *("--python-executable", PYTHON, "--cache-dir", GENERATED / "mypy", "ariadne_client.py"),
    )
    return run_program(PYTHON, "ariadne_client.py", site)


def check_relay(site):
    """Compile pages with Relay without warnings, and combine them in its store."""
    folder = create_empty_folder("relay")
    output = run_npm_program("relay-compiler", "cli.js", "relay.config.json")
    if "[WARN" in output or "[ERROR" in output:
        raise ClientFailed(output)
    # Without this, Node.js would load Relay's output as ES modules, like the scripts here.
    (folder / "package.json").write_text(json.dumps({"type": "commonjs"}), "utf-8")
    return run_program("node", "relay_store.mjs", site)


def check_codegen(_site):
    """Generate TypeScript for operations with graphql-codegen, and compile code that uses it."""
    (GENERATED / "graphql.ts").unlink(missing_ok=True)
    run_npm_program("@graphql-codegen/cli", "cjs/bin.js", "--config", "codegen.json", "--silent")
    return (
        run_npm_program("typescript", "bin/tsc", "--project", "tsconfig.json")
        or "TypeScript found no errors."
    )


def check_apollo(site):
    """Combine pages in Apollo's cache, and use its link for persisted queries."""
    return run_program("node", "apollo.mjs", site)


def check_subscriptions(site):
    """Check that graphql-ws, graphql-sse and urql receive the same events of a subscription."""
    return run_program("node", "follow.mjs", site)


CHECKS = {
    "schema": check_schema,
    "ariadne": check_ariadne,
    "relay": check_relay,
    "codegen": check_codegen,
    "apollo": check_apollo,
    "follow": check_subscriptions,
}
"""By name, functions that take a server's URL and return output, or raise ClientFailed."""


def main(names):
    """Run the checks with these names, all by default; return the number of failures."""
    failure_count = 0
    with tempfile.TemporaryDirectory() as folder, running_server(folder) as (site, _):
        for name in names or CHECKS:
            try:
                output = CHECKS[name](site)
            except ClientFailed as error:
                output, failure_count = f"FAILED\n{error}", failure_count + 1
            sys.stdout.write(f"{name}: {output.strip()}\n")
    return failure_count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
