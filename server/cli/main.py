"""The commands of ``newsgraph``.

Each command imports its own modules: ``newsgraph --help`` needs none of them, and an import of
folders needs no GraphQL.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TypeAlias

import typer

from newsgraph.server.cli.command_help import Command, CommandGroup
from newsgraph.server.startup_errors import SettingsError, StartupError
from newsgraph.store.errors import StoreError, TooManyRemovals

if TYPE_CHECKING:
    from newsgraph.store.importing.importer import ImportReport

EXIT_DOCUMENT_ERRORS = 1
"""Exit code if documents were left out because of errors."""

EXIT_TOO_MANY_REMOVALS = 3
"""Exit code if an import would have removed most documents of a folder."""

EXIT_USAGE = 2
"""Exit code if the command could not run, such as for invalid options or settings."""

app = typer.Typer(
    name="newsgraph",
    cls=CommandGroup,
    help="Serve folders of Markdown documents as pages, as feeds and over GraphQL. "
    "Begin with `newsgraph serve FOLDER`.",
    epilog="`newsgraph COMMAND --help` explains a command and its options.",
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
        help="Folders of documents. Without any, the store is served as it is.",
    ),
]
FolderOfStore: TypeAlias = Annotated[
    Path | None, typer.Argument(metavar="PATH", help="A folder, for the store of this folder.")
]
DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="URL of the store's database, such as sqlite:///news.db. Without it, the first "
        "folder has a store of its own, among the data of this user.",
    ),
]
StoresOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="URL of a store's database, such as sqlite:///news.db. Without it, all stores among "
        "the data of this user count.",
    ),
]
ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Read FILE instead of the first folder's newsgraph.toml."),
]
CheckFormat: TypeAlias = Literal["text", "json", "github", "sarif"]


def main() -> None:
    """Parse the command line and run its command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot encode a file name must not end the program with an error.
        # A stream that the caller has closed is None.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


def _print_version(requested: bool) -> None:
    if requested:
        from newsgraph.server.version import VERSION

        typer.echo(f"newsgraph {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    _version_requested: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Define the options before a command's name."""


@app.command("serve", cls=Command)
def serve_command(
    paths: OptionalPaths = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="Host name or address to listen on. Default: 127.0.0.1."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", help="Port to listen on; 0 chooses a free one. Default: 8000."
        ),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Base URL of the site, for links in feeds and pages. Default: the URL of host "
            "and port.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Number of processes that serve. Default: 1."),
    ] = None,
    access_log: Annotated[
        bool | None,
        typer.Option(
            "--access-log/--no-access-log", help="Log each request. Default: --no-access-log."
        ),
    ] = None,
) -> None:
    """Import folders, and serve them until Ctrl-C is pressed."""
    from newsgraph.server.cli.serve import serve

    options = {
        "database": database,
        "host": host,
        "port": port,
        "public_url": public_url,
        "workers": workers,
        "access_log": access_log,
    }
    try:
        serve(paths or (), options, config)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("import", cls=Command)
def import_command(
    paths: Paths,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    allow_removals: Annotated[
        bool,
        typer.Option(
            "--allow-removals", help="Import also if most documents of a folder are gone."
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Report what an import would do, and change nothing."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as a JSON object.")
    ] = False,
) -> None:
    """Update a store from folders. Documents of other folders stay in it unchanged."""
    from newsgraph.server.cli.import_folders import import_folders
    from newsgraph.server.cli.report import choose_printer

    try:
        report = import_folders(
            paths,
            database,
            config,
            allow_removals=allow_removals,
            is_dry_run=dry_run,
            printer=choose_printer(as_json=as_json, is_quiet=quiet),
        )
    except TooManyRemovals as error:
        _exit_with_error(error, EXIT_TOO_MANY_REMOVALS)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)
    _exit_after_errors(report)


@app.command("check", cls=Command)
def check_command(
    paths: Paths,
    config: ConfigOption = None,
    output_format: Annotated[
        CheckFormat,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Form of the report: text, json, github for annotations in GitHub Actions, or "
            "sarif for programs that show problems beside the code.",
        ),
    ] = "text",
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FEED",
            help="Also compare the ids of entries with those of an old feed: a file with RSS, Atom "
            "or a JSON Feed. Only with the formats text and json.",
        ),
    ] = None,
) -> None:
    """Report all problems of the documents in folders. Nothing is stored."""
    from newsgraph.server.cli.import_folders import check_folders
    from newsgraph.server.cli.report import CHECK_PRINTERS

    shows_again = False
    try:
        if against is None:
            report = check_folders(paths, config, CHECK_PRINTERS[output_format])
        else:
            from newsgraph.server.cli.check_against import check_against

            if output_format not in ("text", "json"):
                raise SettingsError("--against needs --format text or --format json")
            as_json = output_format == "json"
            report, shows_again = check_against(paths, config, against, as_json=as_json)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)
    _exit_after_errors(report)
    if shows_again:
        raise typer.Exit(EXIT_DOCUMENT_ERRORS)


@app.command("init", cls=Command)
def init_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", readable=False, help="A folder of documents.")
    ],
    prints_file: Annotated[
        bool, typer.Option("--print", help="Print the file, and write nothing.")
    ] = False,
) -> None:
    """Describe an archive, and write a newsgraph.toml for it."""
    from newsgraph.server.cli.init_folder import init_folder

    try:
        has_documents = init_folder(folder, prints_file=prints_file)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)
    if not has_documents:
        raise typer.Exit(EXIT_DOCUMENT_ERRORS)


@app.command("roots", cls=Command)
def roots_command(database: StoresOption = None) -> None:
    """List the folders in a store, or in all stores of this user."""
    from newsgraph.server.cli.stored_folders import list_roots

    try:
        list_roots(database)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("forget", cls=Command)
def forget_command(
    root: Annotated[
        str, typer.Argument(metavar="ROOT", help="Id or folder, as `newsgraph roots` shows it.")
    ],
    database: StoresOption = None,
) -> None:
    """Remove the documents of a folder from a store. The folder itself stays as it is."""
    from newsgraph.server.cli.stored_folders import forget

    try:
        forget(root, database)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("backup", cls=Command)
def backup_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write.")],
    path: FolderOfStore = None,
    database: DatabaseOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Copy a store to a file, also while it is served."""
    from newsgraph.server.cli.backup import back_up

    try:
        back_up(file, path, database, overwrite=force)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("restore", cls=Command)
def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    path: FolderOfStore = None,
    database: DatabaseOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the store if it exists; no server may use it.")
    ] = False,
) -> None:
    """Create a store from a backup, or put the backup in its place."""
    from newsgraph.server.cli.backup import restore

    try:
        restore(file, path, database, overwrite=force)
    except (StartupError, StoreError) as error:
        _exit_with_error(error)


@app.command("schema", cls=Command)
def schema_command() -> None:
    """Print the GraphQL schema (SDL)."""
    from newsgraph.gql.executable_schema import sdl

    typer.echo(sdl(), nl=False)


def _exit_after_errors(report: ImportReport) -> None:
    if report.has_errors:
        raise typer.Exit(EXIT_DOCUMENT_ERRORS)


def _exit_with_error(error: Exception, code: int = EXIT_USAGE) -> NoReturn:
    """Print an error in one line on standard error, and exit."""
    typer.echo(f"newsgraph: {error}", err=True)
    raise typer.Exit(code) from error
