"""The questions of `copy`, `delete`, `rename`, `mkdir`, `rmdir`."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.cli.api import Dialog, Exec, Lines, Rejected
from iosemu.features.system.config import SystemConfig
from iosemu.features.system.files import STARTUP, configuration, is_confirmed, save, text_of
from iosemu.proto.parts import Clock, Files
from iosemu.values import dataclass

from . import store
from .job import Copied, Tftp
from .store import NETWORK, NULL, NVRAM, RUNNING, SYSTEM, Place


@dataclass(frozen=True, slots=True)
class Copy:
    """`copy A B`: asks for what the line did not say, then copies.

    `server`: address of the remote host; None: not asked yet.
    """

    source: Place
    target: Place
    server: IPv4Address | None = None
    asks: str = ""
    quiet: bool = False

    def ask(self) -> str:
        match self.asks:
            case "source":
                return "Source filename []? "
            case "server":
                return "Address or name of remote host []? "
            case "over":
                return (
                    "%Warning:There is a file already existing with this name \n"
                    "Do you want to over write? [confirm]"
                )
            case _:
                return f"Destination filename [{self.proposed()}]? "

    def proposed(self) -> str:
        """The name a copy has if nothing else is typed."""
        return self.target.path or self.source.name

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        text = text.strip()
        match self.asks:
            case "source":
                if not text:
                    return ["%Error: no source file name"]
                return replace(self, source=Place(self.source.system, text)).next(x)
            case "server":
                return self.with_server(text).next(x)
            case "over":
                return self.done(x) if is_confirmed(text) else []
            case _:
                target = Place(self.target.system, store.joined("", text or self.proposed()))
                return replace(self, target=target).checked(x)

    def with_server(self, text: str) -> Copy:
        """The remote host is known; there are no host names to look up."""
        try:
            return replace(self, server=IPv4Address.parse(text))
        except ValueError:
            raise Rejected("%Bad host name or address") from None

    def next(self, x: Exec) -> Dialog | Lines:
        """The next question, or the copy."""
        if not self.source.path and self.source.system not in NETWORK:
            return replace(self, asks="source")
        if self.server is None and {self.source.system, self.target.system} & set(NETWORK):
            return replace(self, asks="server")
        if self.quiet or self.target.system == NULL:
            return self.checked(x)
        return replace(self, asks="target")

    def checked(self, x: Exec) -> Dialog | Lines:
        """Ask before a file of the disk is lost."""
        is_over = store.is_disk(x, self.target) and store.exists(x, self.target)
        if is_over and not self.quiet:
            content(x, self.source)
            return replace(self, asks="over")
        return self.done(x)

    def done(self, x: Exec) -> Lines:
        """Copy."""
        if self.server is not None:
            name = self.target.path if self.target.system in NETWORK else self.source.path
            opcode = 2 if self.target.system in NETWORK else 1
            port = 49152 + x.random("tftp").randrange(16_384)
            x.start(Tftp(self.server, opcode, name, port))
            return []
        if self.source == Place(SYSTEM, RUNNING) and self.target.system == NVRAM:
            return save(x, self.target.path or STARTUP)
        data = content(x, self.source)
        if self.target == Place(SYSTEM, RUNNING):
            printed = x.configure(data.decode("latin-1"))
            x.start(Copied(len(data)))
            return printed
        store.write(x, self.target, data)
        x.start(Copied(len(data)))
        return ["[OK]"] if self.target.system == NVRAM else []


def content(x: Exec, place: Place) -> bytes:
    """What a file holds, the running configuration among them."""
    return store.read(x, place, lambda: text_of(configuration(x)))


def copy(x: Exec, source: str, target: str, *, quiet: bool = False) -> Dialog | Lines:
    """Begin a copy between two URLs."""
    server = next((s for s in (server_of(source), server_of(target)) if s is not None), None)
    one, other = located(x, source), located(x, target)
    if other.system in NETWORK and not other.path and one == Place(SYSTEM, RUNNING):
        name = f"{x.config.of(SystemConfig).hostname.lower()}-confg"
        other = Place(other.system, name)
    return Copy(one, other, server, quiet=quiet).next(x)


def located(x: Exec, url: str) -> Place:
    """What a URL means; of a remote one the path behind the host."""
    place = store.located(x, url)
    if place.system in NETWORK:
        rest = place.path.removeprefix("//")
        return Place(place.system, rest.partition("/")[2])
    return place


def server_of(url: str) -> IPv4Address | None:
    """The host of `tftp://A.B.C.D/file`."""
    _, slashes, rest = url.partition("://")
    if not slashes:
        return None
    try:
        return IPv4Address.parse(rest.partition("/")[0])
    except ValueError:
        raise Rejected("%Bad host name or address") from None


@dataclass(frozen=True, slots=True)
class Delete:
    """`delete FILE`; `named`: the name was asked for."""

    place: Place
    recursive: bool = False
    named: bool = False

    def ask(self) -> str:
        if self.named:
            return f"Delete {self.place}? [confirm]"
        return f"Delete filename [{self.place.path}]? "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if not self.named:
            path = store.joined("", text.strip() or self.place.path)
            return replace(self, place=Place(self.place.system, path), named=True)
        return delete(x, self.place, recursive=self.recursive) if is_confirmed(text) else []


def delete(x: Exec, place: Place, *, recursive: bool) -> Lines:
    """Delete a file, or a directory with all that is below it."""
    files = x.part(Files)
    if store.is_disk(x, place) and place.path in files.folders:
        if not recursive:
            raise store.refused("deleting", str(place), "Is a directory")
        for path in [*store.children(x, place), place.path]:
            files.flash.pop(path, None)
            files.written_s.pop(path, None)
            if path in files.folders:
                files.folders.remove(path)
        return []
    store.remove(x, place)
    return []


@dataclass(frozen=True, slots=True)
class Rename:
    """`rename A B`."""

    source: Place
    target: Place

    def ask(self) -> str:
        return f"Destination filename [{self.target.path}]? "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        target = Place(self.target.system, store.joined("", text.strip() or self.target.path))
        if store.exists(x, target):
            raise store.refused("renaming", str(self.source), "File exists")
        data = content(x, self.source)
        store.write(x, target, data)
        store.remove(x, self.source)
        return []


@dataclass(frozen=True, slots=True)
class MakeDirectory:
    """`mkdir`."""

    place: Place

    def ask(self) -> str:
        return f"Create directory filename [{self.place.path}]? "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        place = Place(self.place.system, store.joined("", text.strip() or self.place.path))
        files = x.part(Files)
        above = place.path.rpartition("/")[0]
        if place.path in files.folders or store.exists(x, place):
            raise store.refused("Creating dir", str(place), "File exists")
        if above and above not in files.folders:
            raise store.refused("Creating dir", str(place), "No such file or directory")
        files.folders.append(place.path)
        files.written_s[place.path] = x.part(Clock).seconds(x.now)
        return [f"Created dir {place}"]


@dataclass(frozen=True, slots=True)
class RemoveDirectory:
    """`rmdir`: of an empty directory."""

    place: Place
    named: bool = False

    def ask(self) -> str:
        if self.named:
            return f"Delete {self.place}? [confirm]"
        return f"Remove directory filename [{self.place.path}]? "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if not self.named:
            path = store.joined("", text.strip() or self.place.path)
            return RemoveDirectory(Place(self.place.system, path), named=True)
        if not is_confirmed(text):
            return []
        files = x.part(Files)
        if self.place.path not in files.folders:
            raise store.refused("Removing dir", str(self.place), "No such file or directory")
        if store.children(x, self.place):
            raise store.refused("Removing dir", str(self.place), "Directory not empty")
        files.folders.remove(self.place.path)
        files.written_s.pop(self.place.path, None)
        return [f"Removed dir {self.place}"]
