"""A lab's folder on disk: journal, meta, checkpoints, digests.  One process at a time.

    lock            held by the process that has the lab open
    meta.json       name, hash of the lab folder, seed, program version
    journal         everything from outside, `kernel.journal`
    checkpoints/    AT-ENTRY, worlds to rewind to; a cache
    digests.json    the digest at the end of each virtual minute, and where the lab was
    configs/        each device's configuration as text, for another version to fall back to
    crash-N.txt     reports of our own defects

A world is unpickled only if this user's iosemu of this very version wrote it for this instance: a
checkpoint carries a keyed hash, and the key lies outside of every folder that one could be given.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

from iosemu.kernel.journal import Journal
from iosemu.kernel.time import Time
from iosemu.lab.checkpoint import Checkpoints, Mark
from iosemu.values import dataclass

_MAC_BYTES = 32


class InstanceLocked(Exception):
    """Another process has the lab open."""

    def __init__(self, folder: Path, owner: str) -> None:
        super().__init__(
            f"{folder} is in use by process {owner or 'unknown'};"
            " end that one, or keep this one elsewhere: --state DIR"
        )
        self.folder, self.owner = folder, owner


class NoInstance(Exception):
    """A folder that is something else, or whose meta cannot be read."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a journal belongs to.  Another lab hash or version may replay differently."""

    lab: str
    lab_hash: str
    seed: int
    version: str


@dataclass(frozen=True, slots=True)
class Saved:
    """How far the instance had come: the journal's head, `minutes` as in `Digest`, the present."""

    head: int
    minutes: tuple[tuple[int, bytes], ...]
    now: Time
    digest: str


def user_state() -> Path:
    """The user's state directory for iosemu (XDG base directories)."""
    home = os.environ.get("XDG_STATE_HOME")
    base = Path(home) if home and Path(home).is_absolute() else Path.home() / ".local" / "state"
    return base / "iosemu"


def default_folder(lab_folder: Path, state: Path | None = None) -> Path:
    """Where the instance of a lab folder lies; `state` replaces the user's state directory."""
    lab_folder = lab_folder.resolve()
    code = blake2b(os.fsencode(lab_folder), digest_size=4).hexdigest()
    return (state or user_state()) / "labs" / f"{lab_folder.name}-{code}"


def hash_of_folder(folder: Path) -> str:
    """Hash over names and contents of all files of a lab folder, hidden ones left out."""
    hasher = blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            content = path.read_bytes()
            hasher.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return hasher.hexdigest()


class Instance:
    """An open instance.  Close it, or use it in a `with`."""

    def __init__(self, folder: Path, meta: Meta, *, key_folder: Path | None = None) -> None:
        """Open the instance of a folder, made if it is missing, and lock it.

        key_folder: where the key of checkpoints lies, default the user's state directory.
        Raises InstanceLocked, NoInstance, JournalDamaged, OSError.
        """
        self.folder, self.meta = folder, meta
        _make(folder)
        self._lock = _lock(folder)
        try:
            self.stored_meta = _read_meta(folder, meta)
            self.journal = Journal.open(folder / "journal")
            key = _key(key_folder or user_state())
            self.checkpoints = Checkpoints(_Folder(folder / "checkpoints", key, self.stored_meta))
        except BaseException:
            os.close(self._lock)
            raise

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields of `Meta` in which the stored instance differs from what opens it."""
        return tuple(
            field.name
            for field in fields(Meta)
            if getattr(self.stored_meta, field.name) != getattr(self.meta, field.name)
        )

    def adopt(self) -> None:
        """Make what opens it the owner of the instance.  Checkpoints of before are dropped, as they
        are worlds of another lab or version; the journal stays."""
        self.checkpoints.clear()
        _write(self.folder / "meta.json", _as_json(asdict(self.meta)))
        self.stored_meta = self.meta
        self.checkpoints = Checkpoints(
            _Folder(self.folder / "checkpoints", self._key_again(), self.meta)
        )

    def reset(self) -> None:
        """Start over: journal, checkpoints and what was saved are deleted."""
        self.checkpoints.clear()
        self.journal.close()
        for name in ("journal", "digests.json"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / "configs", ignore_errors=True)
        self.journal = Journal.open(self.folder / "journal")
        self.adopt()

    def set_aside(self) -> Path:
        """Start over, but keep the journal under another name; which."""
        number = 1
        while (kept := self.folder / f"journal-{number}").exists():
            number += 1
        self.journal.sync()
        (self.folder / "journal").rename(kept)
        self.reset()
        return kept

    def save(self, saved: Saved, configurations: Mapping[str, str]) -> None:
        """Write how far the lab has come and each device's configuration."""
        minutes = [[minute, value.hex()] for minute, value in saved.minutes]
        content = {
            "head": saved.head,
            "minutes": minutes,
            "now": saved.now,
            "digest": saved.digest,
        }
        self.journal.sync()
        _write(self.folder / "digests.json", _as_json(content))
        _make(self.folder / "configs")
        for name, text in configurations.items():
            _write(self.folder / "configs" / f"{_file_name(name)}.cfg", text.encode())

    def saved(self) -> Saved | None:
        """What `save` wrote last, None if nothing or nothing readable."""
        try:
            content = json.loads((self.folder / "digests.json").read_bytes())
            minutes = tuple((int(m), bytes.fromhex(value)) for m, value in content["minutes"])
            now, digest = int(content["now"]), str(content["digest"])
            return Saved(int(content["head"]), minutes, now, digest)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def configurations(self) -> dict[str, str]:
        """What `save` wrote last, by device."""
        return {
            path.stem: path.read_text(encoding="utf-8", errors="replace")
            for path in sorted((self.folder / "configs").glob("*.cfg"))
        }

    def write_crash_report(self, report: str) -> Path:
        """Keep a report; where it lies."""
        number = 1
        while (path := self.folder / f"crash-{number}.txt").exists():
            number += 1
        _write(path, report.encode())
        return path

    def close(self) -> None:
        """Close the journal and let others open the instance."""
        if self._lock >= 0:
            self.journal.close()
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Instance:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _key_again(self) -> bytes | None:
        storage = self.checkpoints.storage
        assert isinstance(storage, _Folder)
        return storage.key


class _Folder:
    """Checkpoints as files: keyed hash, then the pickle.  Without a key nothing is kept."""

    def __init__(self, folder: Path, key: bytes | None, meta: Meta) -> None:
        self.folder, self.key = folder, key
        self._owner = _as_json(asdict(meta)) + os.fsencode(folder.resolve())
        _make(folder)

    def put(self, mark: Mark, data: bytes) -> None:
        if self.key is not None:
            content = self._mac(self.key, mark, data) + data
            _write(self._path(mark), content, durable=False)

    def get(self, mark: Mark) -> bytes | None:
        try:
            content = self._path(mark).read_bytes()
        except OSError:
            return None
        mac, data = content[:_MAC_BYTES], content[_MAC_BYTES:]
        if self.key is None or not hmac.compare_digest(mac, self._mac(self.key, mark, data)):
            return None
        return data

    def delete(self, mark: Mark) -> None:
        self._path(mark).unlink(missing_ok=True)

    def sizes(self) -> dict[Mark, int]:
        found = {}
        for path in self.folder.iterdir():
            at, dash, entry = path.name.partition("-")
            if dash and at.isdecimal() and entry.isdecimal():
                found[Mark(int(at), int(entry))] = path.stat().st_size
        return found

    def _path(self, mark: Mark) -> Path:
        return self.folder / f"{mark.at}-{mark.entry}"

    def _mac(self, key: bytes, mark: Mark, data: bytes) -> bytes:
        hasher = blake2b(f"{mark.at}-{mark.entry}\0".encode(), key=key, digest_size=_MAC_BYTES)
        hasher.update(len(self._owner).to_bytes(4, "big") + self._owner + data)
        return hasher.digest()


def write_folder(target: Path, files: Mapping[str, str]) -> None:
    """Write a new folder of text files (`lab export`); names are relative, "configs/R1.cfg".
    Raises FileExistsError if the folder is there and not empty."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target} exists and is not empty")
    for name, text in files.items():
        path = target / name
        assert path.resolve().is_relative_to(target.resolve()), f"{name} leads outside"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _lock(folder: Path) -> int:
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(file, 32).decode("ascii", "replace").strip()
        os.close(file)
        raise InstanceLocked(folder, owner) from error
    os.ftruncate(file, 0)
    os.write(file, b"%d\n" % os.getpid())
    return file


def _read_meta(folder: Path, meta: Meta) -> Meta:
    """The stored meta; a new instance stores what opens it."""
    path = folder / "meta.json"
    if not path.exists():
        if (folder / "journal").exists():
            raise NoInstance(f"{path} is missing")
        _write(path, _as_json(asdict(meta)))
        return meta
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        return Meta(
            str(content["lab"]),
            str(content["lab_hash"]),
            int(content["seed"]),
            str(content["version"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NoInstance(f"{path} cannot be read") from error


def _key(folder: Path) -> bytes | None:
    """This user's key for checkpoints, made at first use; None if it cannot be kept, or if others
    may read it."""
    path = folder / "checkpoint.key"
    try:
        _make(folder)
        if not path.exists():
            # The only randomness that is no part of a lab: it guards files, it decides nothing.
            _write(path, os.urandom(32))
        status = path.stat()
        key = path.read_bytes()
    except OSError:
        return None
    is_private = status.st_uid == os.getuid() and not status.st_mode & 0o077
    return key if is_private and len(key) == 32 else None


def _write(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace a file whole: a reader, or a crash, sees the old content or the new.  Not durable:
    a crash of the machine may leave anything."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(file)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _as_json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def _file_name(device: str) -> str:
    assert not set(device) & set("/\\\0"), f"{device!r} is no file name"
    assert device.strip("."), f"{device!r} is no file name"
    return device


__all__ = [
    "Instance",
    "InstanceLocked",
    "Meta",
    "NoInstance",
    "Saved",
    "default_folder",
    "hash_of_folder",
    "user_state",
    "write_folder",
]
