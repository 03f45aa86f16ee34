"""The form of ``newsgraph COMMAND --help``, and the error for an unknown command."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand
    from typer._click import Context, HelpFormatter


class CommandGroup(TyperGroup):
    """Commands; whoever names a folder instead of one is told how to serve it."""

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, ClickCommand | None, list[str]]:
        """Return the command that the arguments name, and its arguments.

        Raises:
            UsageError: there is no such command.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and Path(name).is_dir():
            serve = shlex.join(("newsgraph", "serve", name))
            ctx.fail(f"No such command {name!r}. To serve this folder: {serve}")
        return super().resolve_command(ctx, args)


class Command(TyperCommand):
    """A command whose help shows arguments by their names alone: ``PATH...``.

    Typer adds their types in Python, such as ``<list[Path]>``.
    """

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return what follows the command in the line of its usage."""
        pieces = [self.options_metavar] if self.options_metavar else []
        for argument in self._arguments(ctx):
            name = _name(argument)
            pieces.append(name if argument.required else f"[{name}]")
        return pieces

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and the options."""
        arguments = [(_name(item), item.help or "") for item in self._arguments(ctx)]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        records = [
            item.get_help_record(ctx)
            for item in self.get_params(ctx)
            if not isinstance(item, TyperArgument)
        ]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])

    def _arguments(self, ctx: Context) -> list[TyperArgument]:
        return [item for item in self.get_params(ctx) if isinstance(item, TyperArgument)]


def _name(argument: TyperArgument) -> str:
    return f"{argument.metavar}{'...' if argument.nargs != 1 else ''}"
