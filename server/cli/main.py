"""The command ``newsgraph``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeAlias

import typer
from rich.console import Console

from newsgraph.gql import Options, sdl
from newsgraph.server.cli.output import console, progress, show_places, show_report
from newsgraph.server.config.settings import Settings, read_collection, read_settings
from newsgraph.server.config.trusted_documents import read_trusted
from newsgraph.server.errors import ServerError
from newsgraph.server.runtime.runner import Signals, run, run_until_signal
from newsgraph.server.runtime.server_config import Service
from newsgraph.server.runtime.sockets import bind
from newsgraph.server.runtime.supervisor import serve_with_workers
from newsgraph.server.version import VERSION
from newsgraph.store.documents.collection import Root
from newsgraph.store.engines.sqlite.memstatus import stop_accounting
from newsgraph.store.errors import StoreError
from newsgraph.store.store import Store

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from newsgraph.store.importing.importer import Report

DOCUMENTS_FAILED = 1
WRONG_USE = 2

app = typer.Typer(
    name="newsgraph",
    help="Serve a folder of Markdown news documents as a GraphQL graph and as feeds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Paths: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="PATH", readable=False, help="Folders of documents.")
]
SomePaths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH", readable=False, help="Folders to import first; none: only serve."
    ),
]
Database: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="URL", help="The store; sqlite:///newsgraph.db if nothing says other."),
]


def main() -> None:
    """Run the command that the command line names."""
    for stream in (sys.stdout, sys.stderr):
        # A file name must not end the program where the terminal cannot show it.
        # There is none where it was closed.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    stop_accounting()
    app()


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"newsgraph {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    _version_asked: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Hold the options that stand before a command's name."""


@app.command("serve")
def serve_command(
    paths: SomePaths = None,
    database: Database = None,
    host: Annotated[str | None, typer.Option(help="Where to listen; 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="8000; 0 takes a free one.")] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="What addresses in feeds begin with.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes serve; 1.")] = None,
    access_log: Annotated[
        bool | None, typer.Option("--access-log/--no-access-log", help="Log each request.")
    ] = None,
) -> None:
    """Import folders, then serve the store. Ctrl-C stops."""
    options = {
        "database": database,
        "host": host,
        "port": port,
        "public_url": public_url,
        "workers": workers,
        "access_log": access_log,
    }
    try:
        roots = _roots(paths or ())
        settings = _settings(roots, options)
        graph = _graph_options(settings)
        with bind(settings.host, settings.port) as listening:
            service = Service(settings, graph, listening.getsockname()[1])
            run_until_signal(lambda signals: _serve(signals, roots, service, listening))
    except (ServerError, StoreError) as error:
        _refuse(error)


@app.command("import")
def import_command(paths: Paths, database: Database = None) -> None:
    """Bring the store to what folders hold; other folders in it are left alone."""
    try:
        roots = _roots(paths)
        settings = _settings(roots, {"database": database})
        report = run(_import(roots, settings.database, settings.site(settings.port)))
    except (ServerError, StoreError) as error:
        _refuse(error)
    show_report(console(), report)
    if report.has_errors:
        raise typer.Exit(DOCUMENTS_FAILED)


@app.command("check")
def check_command(paths: Paths) -> None:
    """Tell what is wrong with the documents in folders; nothing is kept."""
    try:
        roots = _roots(paths)
        with tempfile.TemporaryDirectory(prefix="newsgraph-check-") as folder:
            report = run(_import(roots, f"sqlite:///{folder}/check.db", "http://localhost"))
    except (ServerError, StoreError) as error:
        _refuse(error)
    show_report(console(), report, whole=True)
    if report.has_errors:
        raise typer.Exit(DOCUMENTS_FAILED)


@app.command("schema")
def schema_command() -> None:
    """Print the GraphQL schema (SDL)."""
    typer.echo(sdl(), nl=False)


def _roots(paths: Sequence[Path]) -> list[Root]:
    return [Root(path, read_collection(path)) for path in paths]


def _settings(roots: Sequence[Root], options: dict[str, Any]) -> Settings:
    """Read the settings: those beside the first folder, or else of the working folder."""
    return read_settings(roots[0].folder if roots else Path(), options)


def _graph_options(settings: Settings) -> Options:
    trusted: dict[str, str] = {}
    if settings.trusted_documents is not None:
        limits = settings.model_copy(update={"trusted_only": False}).options({})
        trusted = read_trusted(settings.trusted_documents, limits)
    return settings.options(trusted)


async def _import(roots: Sequence[Root], database: str, site: str) -> Report:
    store = await Store.open(database, site)
    try:
        with progress() as tell:
            return await store.import_roots(roots, tell)
    finally:
        await store.close()


async def _serve(
    signals: Signals, roots: Sequence[Root], service: Service, listening: socket.socket
) -> None:
    settings, out = service.settings, console()
    store = await service.open()
    try:
        if roots:
            with progress() as tell:
                report = await signals.cancelling(store.import_roots(roots, tell))
            show_report(out, report)
        show_places(out, service.site, settings.database, await store.state())
        if settings.workers == 1:
            await service.serve(store, listening, signals)
    finally:
        await store.close()
    if settings.workers > 1:
        await serve_with_workers(service, listening, signals)


def _refuse(error: Exception) -> NoReturn:
    """Say in one line what is wrong, and end the program."""
    told = Console(file=sys.stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)
    told.print(f"newsgraph: {error}")
    raise typer.Exit(WRONG_USE) from error
