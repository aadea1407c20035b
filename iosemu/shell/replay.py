"""`iosemu replay TRANSCRIPT...`: type transcripts into their labs and judge every line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iosemu.lab.lab import Lab
from iosemu.lab.timeout import Timeout
from iosemu.session.transcript.compare import Verdict
from iosemu.session.transcript.guard import survivors
from iosemu.session.transcript.read import Transcript, TranscriptError, read
from iosemu.session.transcript.record import recorded
from iosemu.session.transcript.run import Result, devices_of, run
from iosemu.values import dataclass

from .errors import FAILED, GOOD, UsageError
from .open import booted

SUFFIX = ".clab.yml"


@dataclass(frozen=True, slots=True)
class Replay:
    """What the user asked for."""

    lab: str | None = None
    strict: bool = False
    guard: bool = False
    record: bool = False
    verbose: bool = False


def replay(files: Sequence[Path], asked: Replay) -> int:
    """Replay each file on a fresh lab; 1 if a line differs anywhere."""
    transcripts = [_read(file) for file in files]
    codes = [_replay(file, each, asked) for file, each in zip(files, transcripts, strict=True)]
    return max(codes, default=GOOD)


def _read(file: Path) -> Transcript:
    try:
        return read(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: byte {error.start} is not UTF-8") from None
    except TranscriptError as error:
        raise UsageError(str(error)) from None


def _replay(file: Path, transcript: Transcript, asked: Replay) -> int:
    lab = booted(lab_of(file, transcript, asked.lab))
    _check_devices(transcript, lab)
    try:
        result = run(transcript, lab, strict=asked.strict)
    except Timeout as late:
        print(f"{file}: {late}")
        return FAILED
    if asked.record:
        print(recorded(result), end="")
        return GOOD
    for line in result.lines:
        if asked.verbose or line.verdict is Verdict.DIFFERS:
            print(f"{file}:{line}")
    print(f"{file}: {summary(result)}")
    code = GOOD if result.passed else FAILED
    if asked.guard and result.passed:
        lost = survivors(result)
        for survivor in lost:
            print(f"{file}:{survivor}")
        code = FAILED if lost else GOOD
    return code


def lab_of(file: Path, transcript: Transcript, given: str | None) -> str | Path:
    """The lab: as given, as the file says, or the folder whose `transcripts` it is in."""
    if given is not None:
        return given
    if transcript.lab is not None:
        return transcript.lab
    folder = file.resolve().parent.parent
    if not list(folder.glob("*" + SUFFIX)):
        raise UsageError(f"{file}:1:1: expected [lab NAME], or a file in labs/NAME/transcripts")
    return folder


def _check_devices(transcript: Transcript, lab: Lab) -> None:
    for number, device in devices_of(transcript):
        if device not in lab.routers:
            known = ", ".join(lab.routers)
            raise UsageError(
                f"{transcript.name}:{number}:1: no device {device!r}; expected {known}"
            )


def summary(result: Result) -> str:
    """`12 pass, 3 normalised, 0 differs, 1 erratum`, and what was hidden."""
    counts = ", ".join(f"{result.count(verdict)} {verdict.value}" for verdict in Verdict)
    return counts + (f"; {result.hidden} hidden lines" if result.hidden else "")
