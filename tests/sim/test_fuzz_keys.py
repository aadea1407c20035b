"""Random keys into terminals: nothing fails, nothing hangs, and a rewind brings everything back."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab
from iosemu.kernel.rng import Random

WORDS = (
    *(b"show ip route", b"show running-config", b"configure terminal", b"interface e0/1", b"end"),
    *(b"ip address 10.9.9.1 255.255.255.0", b"no shutdown", b"ping 10.0.12.2", b"ping", b"reload"),
    *(b"exit", b"enable", b"disable", b"hostname X", b"logging buffered 5000", b"debug ip icmp"),
    *(b"show run | include ip", b"show history", b"do show clock", b"write", b"traceroute", b"no"),
    *(
        b"terminal length 5",
        b"banner motd #",
        b"clear arp-cache",
        b"undebug all",
        b"copy run start",
    ),
)
KEYS = (b"\r", b"\t", b"?", b" ", b"\x1b[A", b"\x1b[D", b"\x1bOC", b"\x1b[3~", b"\x1bb", b"\x1ed")


def keys(rng: Random) -> bytes:
    """A burst: words of commands, special keys, and any bytes at all."""
    burst = bytearray()
    for _ in range(rng.randint(1, 12)):
        match rng.randrange(5):
            case 0 | 1:
                burst += rng.choice(WORDS) + rng.choice([b"\r", b"\r", b" ", b""])
            case 2 | 3:
                burst += rng.choice(KEYS)
            case _:
                burst += bytes(rng.randrange(256) for _ in range(rng.randrange(12)))
    return bytes(burst)


def begin() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    for device in ("R1", "R2"):
        lab.type(lab.console(device), b"\r")
    lab["R1"].configure("line vty 0 4\nno login")
    lab.open("R1", "vty")
    lab.open("R1")
    return lab


@pytest.mark.parametrize("seed", range(4))
def test_random_keys_do_nothing_that_a_rewind_does_not_bring_back(seed: int) -> None:
    rng, lab = Random.named(seed, "keys"), begin()
    sessions = sorted(lab.switchboard.sessions)
    seen, total = [], 0
    while total < 4000:
        burst = keys(rng)
        total += len(burst)
        lab.type(rng.choice(sessions), burst)
        lab.run_for(rng.choice([0.0, 0.1, 3.0]))
        seen.append((lab.now, lab.digest, lab.state_digest()))
    again = iosemu.load("hello")
    again.replay(lab.journal.dump(), until=lab.now)
    assert (again.digest, again.state_digest()) == (lab.digest, lab.state_digest())
    last = {now: (digest, state) for now, digest, state in seen}
    for now in sorted((rng.choice(sorted(last)) for _ in range(4)), reverse=True):
        lab.rewind(now)
        assert (lab.digest, lab.state_digest()) == last[now]


def test_every_byte_and_every_pair_of_bytes_can_be_typed() -> None:
    rng, lab = Random.named(9, "bytes"), begin()
    console = lab.console("R1")
    every = [bytes([a]) for a in range(256)] + [bytes([27, a]) for a in range(256)]
    every += [b"\x1b[%c" % a for a in range(256)] + [b"\x16%c" % a for a in range(256)]
    rng.shuffle(every)
    for each in every:
        lab.type(console, b"show ip" + each)
        lab.run_for(0.05)
    lab.type(console, b"\x15\r\x1a\x03")
    lab.run_for(60)
    assert lab["R2"].cli("show clock")


@pytest.mark.parametrize("what", ["line", "blanks", "escape", "help", "yank", "tabs", "lines"])
def test_a_megabyte_does_not_hang(what: str) -> None:
    megabyte = {
        "line": b"show " + b"x" * 1_000_000,
        "blanks": b" " * 1_000_000,
        "escape": b"\x1b[" + b"1;" * 500_000,
        "help": b"show ?\x15" * 2_000,
        "yank": b"abc\x15" + b"\x19\x19\x15" * 60,
        "tabs": b"sh\t\x15" * 2_000,
        "lines": b"show clock\r" * 5_000,
    }[what]
    lab = begin()
    for session in (lab.console("R1"), max(lab.switchboard.sessions)):
        lab.type(session, megabyte)
        lab.type(session, b"\x15\r\x15\r")
        lab.run_for(1)
    assert lab["R1"].cli("x" * 1_000_000)
