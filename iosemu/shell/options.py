"""Subcommands with all their options, by Typer: help, completion, checks of values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from iosemu.shell.errors import USAGE

# Newer versions of Typer bring their own Click; older ones use the library.
_ClickError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

HELP = """A lab of IOS-style routers in one process.

Without a command: pick a lab and open it.

\b
  iosemu run hello                        its lab prompt; R1 there is R1's console
  iosemu run ./mylab                      a folder with a containerlab topology
  iosemu exec hello R1 "show ip route"    one line on one device
  echo "run 24h" | iosemu run hello       lines of the lab prompt from a pipe
"""

app = typer.Typer(
    name="iosemu",
    help=HELP,
    no_args_is_help=False,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def complete_lab(incomplete: str) -> list[str]:
    """Names of built-in labs, for the shell's completion."""
    from iosemu.shell.labs import built_in

    return [name for name in built_in() if name.startswith(incomplete)]


LabName = Annotated[
    str,
    typer.Argument(
        help="A lab folder, a .clab.yml, or the name of a built-in lab.",
        autocompletion=complete_lab,
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail on anything that is not as said.")]
StateFolder = Annotated[
    Path | None, typer.Option("--state", help="Where running labs are kept.", metavar="DIR")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Start over; forget what was kept.")]


def say_version(is_asked: bool) -> None:
    """`--version`: what is installed."""
    if is_asked:
        from iosemu.lab.version import version

        print(f"iosemu {version()}")
        raise typer.Exit(0)


@app.callback(invoke_without_command=True)
def choose(
    context: typer.Context,
    is_version_asked: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and leave.", callback=say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Without a subcommand: pick a lab, or from a pipe list those there are."""
    if context.invoked_subcommand is None:
        from iosemu.shell import labs

        raise typer.Exit(labs.pick_and_run() if sys.stdin.isatty() else labs.show_labs())


@app.command()
def run(
    lab: LabName,
    state: StateFolder = None,
    fresh: Fresh = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail if a device refuses a line of its configuration.")
    ] = False,
) -> None:
    """Open a lab: its prompt and the consoles of its devices.

    At the lab prompt a device's name opens its console; Ctrl-] or Ctrl-Shift-6 x comes back, `help`
    lists the commands, Tab completes them.  The lab is kept and goes on where it was left.
    """
    from iosemu.shell import run as command

    raise typer.Exit(command.run(lab, state=state, fresh=fresh, strict=strict))


@app.command("exec")
def execute(
    lab: LabName,
    device: Annotated[str, typer.Argument(help="Name of a device.")],
    lines: Annotated[list[str], typer.Argument(help="Lines to type on it.", metavar="LINE...")],
    after: Annotated[
        str, typer.Option("--after", help="Virtual time before the first line.", metavar="TIME")
    ] = "",
) -> None:
    """Boot a lab, type lines on one device, print what it says."""
    from iosemu.shell import execute as command

    raise typer.Exit(command.execute(lab, device, lines, after=after))


@app.command("explain")
def explain(
    lab: LabName,
    words: Annotated[
        list[str], typer.Argument(help="packet ..., drops, drop N: as at the lab prompt.")
    ],
    after: Annotated[
        str, typer.Option("--after", help="Virtual time before the question.", metavar="TIME")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it for machines.")] = False,
) -> None:
    """Boot a lab; what would become of a packet there, by which configuration lines.

    As `iosemu explain hello packet from HOST1 to 192.168.3.10 udp 53`.
    """
    from iosemu.shell import explain as command

    raise typer.Exit(command.command(lab, words, after=after, as_json=as_json))


@app.command()
def replay(
    transcripts: Annotated[list[Path], typer.Argument(help="Transcript files.")],
    lab: Annotated[
        str | None, typer.Option("--lab", help="The lab, if the file does not say.")
    ] = None,
    strict: Strict = False,
    guard: Annotated[
        bool, typer.Option("--guard", help="Also show that every expected word is compared.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Print each transcript as it went this time.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print the verdict of every line.")
    ] = False,
) -> None:
    """Type transcripts into their labs and compare what is printed."""
    from iosemu.shell import replay as command

    asked = command.Replay(lab=lab, strict=strict, guard=guard, record=record, verbose=verbose)
    raise typer.Exit(command.replay(transcripts, asked))


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(help="Configuration texts; - is the standard input.")
    ],
    release: Annotated[
        str | None,
        typer.Option("--release", help="IOS release; default: what the text says, else 15.4."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print every line, also what is applied.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all as JSON.")] = False,
) -> None:
    """Tell of each line whether a router applies, only keeps (inert) or refuses it."""
    from iosemu.shell import check as command

    asked = command.Asked(release=release, verbose=verbose, as_json=as_json)
    raise typer.Exit(command.check(files, asked))


@app.command()
def reset(lab: LabName, state: StateFolder = None) -> None:
    """Forget what was kept of a lab, so that it starts over."""
    from iosemu.shell import run as command

    raise typer.Exit(command.reset(lab, state=state))


@app.command()
def export(
    lab: LabName,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    state: StateFolder = None,
) -> None:
    """Write a lab, as it was left, as a new lab folder."""
    from iosemu.shell import export as command

    raise typer.Exit(command.export_kept(lab, folder, state=state))


@app.command()
def report(
    lab: LabName,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    state: StateFolder = None,
) -> None:
    """Write a lab with all that was done to it: a bug report that can be played anywhere."""
    from iosemu.shell import report as command

    raise typer.Exit(command.report(lab, folder, state=state))


@app.command()
def reproduce(
    folder: Annotated[Path, typer.Argument(help="A folder that `report` wrote.")],
) -> None:
    """Play a bug report again and say whether the same happens."""
    from iosemu.shell import report as command

    raise typer.Exit(command.reproduce(folder))


@app.command()
def labs() -> None:
    """List the built-in labs."""
    from iosemu.shell import labs as command

    raise typer.Exit(command.show_labs())


def dispatch(given: list[str]) -> int:
    """Run a subcommand; the exit code.  Usage errors are printed here."""
    try:
        result = app(given, standalone_mode=False)
    except typer.Abort:
        return 130
    except _ClickError as error:
        error.show()
        return USAGE
    return int(result or 0)
