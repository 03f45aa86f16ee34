"""The commands of ``newsgraph``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeAlias

import typer
from rich.console import Console

from newsgraph.gql import Options, sdl
from newsgraph.server.cli.output import create_console, print_report, show_progress
from newsgraph.server.cli.serve import serve_alone, serve_with_workers
from newsgraph.server.config.settings import Settings, read_root, read_settings
from newsgraph.server.config.trusted_documents import read_trusted_documents
from newsgraph.server.runtime.runner import run_coroutine, run_until_signal
from newsgraph.server.runtime.sockets import bind_socket
from newsgraph.server.runtime.worker_config import WorkerConfig
from newsgraph.server.startup_errors import StartupError
from newsgraph.server.version import VERSION
from newsgraph.store.engines import prepare_process
from newsgraph.store.errors import StoreError, TooManyRemovals
from newsgraph.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsgraph.store.documents.collection_settings import ImportRoot
    from newsgraph.store.importing.importer import ImportReport

EXIT_DOCUMENT_ERRORS = 1
"""Exit code if documents were left out because of errors."""

EXIT_TOO_MANY_REMOVALS = 3
"""Exit code if an import would have removed most documents of a folder."""

EXIT_USAGE = 2
"""Exit code if the command could not run, such as for invalid options or settings."""

app = typer.Typer(
    name="newsgraph",
    help="Serve folders of Markdown news documents over GraphQL and as feeds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Paths: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="PATH", readable=False, help="Folders of documents.")
]
OptionalPaths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH",
        readable=False,
        help="Folders to import first. Without any, the store is served as it is.",
    ),
]
DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="URL of the store's database. Default: sqlite:///newsgraph.db"
    ),
]


def main() -> None:
    """Parse the command line and run its command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot encode a file name must not end the program with an error.
        # A stream that the caller has closed is None.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    prepare_process()
    app()


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"newsgraph {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    _version_requested: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Define the options before a command's name."""


@app.command("serve")
def serve_command(
    paths: OptionalPaths = None,
    database: DatabaseOption = None,
    host: Annotated[
        str | None, typer.Option(help="Host name or address to listen on. Default: 127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 chooses a free one. Default: 8000")
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Base URL of the site, for links in feeds and pages."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Number of processes that serve. Default: 1")
    ] = None,
    access_log: Annotated[
        bool | None, typer.Option("--access-log/--no-access-log", help="Log each request.")
    ] = None,
) -> None:
    """Import folders, then serve the store until Ctrl-C is pressed."""
    options = {
        "database": database,
        "host": host,
        "port": port,
        "public_url": public_url,
        "workers": workers,
        "access_log": access_log,
    }

    def read_config(port_number: int) -> WorkerConfig:
        settings = _read_settings(roots, options)
        return WorkerConfig(settings, _read_graphql_options(settings), port_number)

    try:
        roots = _read_roots(paths or ())
        settings = _read_settings(roots, options)
        _read_graphql_options(settings)
        with bind_socket(settings.host, settings.port) as listening_socket:
            config = read_config(listening_socket.getsockname()[1])
            if settings.workers == 1:
                run_until_signal(
                    lambda signals: serve_alone(signals, config, roots, listening_socket)
                )
            else:
                serve_with_workers(config, roots, listening_socket, read_config)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("import")
def import_command(
    paths: Paths,
    database: DatabaseOption = None,
    allow_removals: Annotated[
        bool,
        typer.Option(
            "--allow-removals", help="Import also if most documents of a folder are gone."
        ),
    ] = False,
) -> None:
    """Update the store from folders. Documents of other folders stay in it unchanged."""
    try:
        roots = _read_roots(paths)
        settings = _read_settings(roots, {"database": database})
        site_url = settings.site_url(settings.port)
        report = run_coroutine(
            _import(roots, settings.database, site_url, allow_removals=allow_removals)
        )
    except TooManyRemovals as error:
        _exit_with_error(error, EXIT_TOO_MANY_REMOVALS)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)
    print_report(create_console(), report, roots)
    if report.has_errors:
        raise typer.Exit(EXIT_DOCUMENT_ERRORS)


@app.command("check")
def check_command(paths: Paths) -> None:
    """Report all problems of the documents in folders, without a store."""
    try:
        roots = _read_roots(paths)
        with tempfile.TemporaryDirectory(prefix="newsgraph-check-") as folder:
            database = f"sqlite:///{folder}/check.db"
            report = run_coroutine(
                _import(roots, database, "http://localhost", allow_removals=True, is_check=True)
            )
    except (StartupError, StoreError) as error:
        _exit_with_error(error)
    print_report(create_console(), report, roots, for_check=True)
    if report.has_errors:
        raise typer.Exit(EXIT_DOCUMENT_ERRORS)


@app.command("schema")
def schema_command() -> None:
    """Print the GraphQL schema (SDL)."""
    typer.echo(sdl(), nl=False)


def _read_roots(paths: Sequence[Path]) -> list[ImportRoot]:
    return [read_root(path) for path in paths]


def _read_settings(roots: Sequence[ImportRoot], options: dict[str, Any]) -> Settings:
    """Read the settings of the first folder, or without folders those of the working folder."""
    return read_settings(roots[0].folder if roots else Path(), options)


def _read_graphql_options(settings: Settings) -> Options:
    trusted_documents: dict[str, str] = {}
    if settings.trusted_documents is not None:
        limits = settings.model_copy(update={"trusted_only": False}).graphql_options({})
        trusted_documents = read_trusted_documents(settings.trusted_documents, limits)
    return settings.graphql_options(trusted_documents)


async def _import(
    roots: Sequence[ImportRoot],
    database: str,
    site_url: str,
    *,
    allow_removals: bool,
    is_check: bool = False,
) -> ImportReport:
    store = await Store.open(database, site_url)
    try:
        with show_progress() as update_progress:
            return await store.import_roots(
                roots, update_progress, allow_removals=allow_removals, is_check=is_check
            )
    finally:
        await store.close()


def _exit_with_error(error: Exception, code: int = EXIT_USAGE) -> NoReturn:
    """Print an error in one line on standard error, and exit."""
    console = Console(file=sys.stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)
    console.print(f"newsgraph: {error}")
    raise typer.Exit(code) from error
