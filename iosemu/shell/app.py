"""The `iosemu` command: finds the subcommand, and turns every error into a message and a code.

The common forms (`iosemu run LAB`) are read here, without importing anything that is not needed;
all others, with help and completion, by Typer in `options`.
"""

from __future__ import annotations

import gc
import os
import sys

from iosemu.shell.errors import FAILED, USAGE, UsageError

COLLECT_AFTER = 50_000
"""New objects between two searches for dead cycles.  Loading makes many objects that stay, and
looking through them again and again would be a tenth of a start."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command of these arguments (default: of the process); the exit code."""
    gc.set_threshold(COLLECT_AFTER)
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return dispatch(given)
    except UsageError as error:
        for line in str(error).splitlines():
            print(line, file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # The reader of our output is gone; nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except Exception as error:
        from iosemu.shell import crash

        return crash.report(error, given)


def dispatch(given: list[str]) -> int:
    """The plain forms at once; everything else through Typer."""
    match given:
        case ["run", lab] if not lab.startswith("-"):
            from iosemu.shell import run

            return run.run(lab)
        case ["exec", lab, device, line] if not any(a.startswith("-") for a in given[:3]):
            from iosemu.shell import execute

            return execute.execute(lab, device, [line])
        case ["labs"]:
            from iosemu.shell import labs

            return labs.show_labs()
        case _:
            from iosemu.shell import options

            return options.dispatch(given)
