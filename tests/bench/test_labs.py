"""What a user waits for: the first prompt, lines applied, packets through a chain, snapshots.

Run with `pytest tests/bench --benchmark-only -s`.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import iosemu
from iosemu.address import IPv4Address, MacAddress
from iosemu.cli.configure import CONFIGURE, configure_line
from iosemu.config.tree import Config
from iosemu.kernel.time import MICROSECOND, SECOND
from iosemu.wire.icmp import Echo, emit
from iosemu.wire.ipv4 import Protocol, datagram

from .figures import rate
from .made import chain, grid

HOPS = 8
PACKETS = 5_000


STATES = count()


def first_prompt(cache: Path) -> None:
    """`iosemu run hello`, a new instance, until the console of R1 has answered one line."""
    run = subprocess.run(
        [sys.executable, "-m", "iosemu", "run", "hello"],
        input="R1\n\nshow clock\n\x1dquit\n",
        capture_output=True,
        text=True,
        check=False,
        env={
            "XDG_CACHE_HOME": str(cache),
            "XDG_STATE_HOME": str(cache / f"state{next(STATES)}"),
            "PYTHONPATH": str(Path(iosemu.__file__).parents[1]),
        },
    )
    assert "UTC" in run.stdout, run.stdout + run.stderr


def test_first_prompt_with_a_warm_cache(benchmark: Any, tmp_path: Path) -> None:
    first_prompt(tmp_path)
    benchmark.pedantic(lambda: first_prompt(tmp_path), rounds=5, iterations=1)


def test_first_prompt_with_a_cold_cache(benchmark: Any, tmp_path: Path) -> None:
    caches = iter(range(100))
    benchmark.pedantic(lambda: first_prompt(tmp_path / str(next(caches))), rounds=5, iterations=1)


def echo(target: str) -> bytes:
    """An ICMP echo of 100 bytes of IP from beyond R1, as a frame for R1's Ethernet0/0."""
    message = Echo(is_reply=False, identifier=1, sequence=0, data=bytes(72))
    source = IPv4Address.parse("10.0.0.2")
    return datagram(source, IPv4Address.parse(target), Protocol.ICMP, emit(message), ttl=64).emit()


def test_packets_a_second_through_eight_hops(benchmark: Any, tmp_path: Path) -> None:
    """Digest and journal on; eight routers forward every packet, the last one into nothing."""
    lab = iosemu.load(chain(tmp_path / "chain", HOPS))
    lab.boot()
    lab.settle()
    assert "!!!" in lab["R1"].cli(f"ping 10.255.0.{HOPS} source lo0 repeat 20")
    stack = lab.routers["R1"].device.stack
    mac: MacAddress = stack.interfaces["Ethernet0/0"].mac
    frame = mac.packed + bytes.fromhex("020000000001") + b"\x08\x00" + echo("10.0.8.9")
    last = lab.routers[f"R{HOPS}"].device.stack

    def flood() -> None:
        start = lab.world.now
        for n in range(PACKETS):
            at = start + n * 10 * MICROSECOND
            lab.world.schedule(at, ("rx", "R1", "Ethernet0/0"), frame)
        lab.run_for(PACKETS * 10 * MICROSECOND / SECOND + 1)

    before = last.ip.forwarded
    benchmark.pedantic(flood, rounds=5, iterations=1)
    runs = 1 if benchmark.stats is None else 5
    assert last.ip.forwarded - before == runs * PACKETS
    rate(benchmark, "packets/s through 8 hops", PACKETS)


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> iosemu.Lab:
    """A grid of 100 routers with 99 static routes each, booted and quiet."""
    lab = iosemu.load(grid(tmp_path_factory.mktemp("grid") / "grid", 10))
    lab.boot()
    lab.settle()
    assert "!!!" in lab["R1"].cli("ping 10.255.0.100 source lo0 repeat 60")
    return lab


def test_boot_of_a_hundred_routers(benchmark: Any, tmp_path: Path) -> None:
    folder = grid(tmp_path / "grid", 10)

    def boot() -> None:
        lab = iosemu.load(folder)
        lab.boot()
        lab.run_for(5)

    benchmark.pedantic(boot, rounds=1, iterations=1)


MEMORY = """
import resource, sys
from pathlib import Path
import iosemu

# Not the maximum: a process inherits that of the one that started it.
def resident_kib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024

def boot(lab):
    lab = iosemu.load(lab)
    lab.boot()
    lab.run_for(5)
    return lab, resident_kib()

small, before = boot("hello")
large, after = boot(sys.argv[1])
print(after - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc here")
def test_memory_of_a_hundred_routers(benchmark: Any, tmp_path: Path) -> None:
    """In a process of its own: what the grid takes beyond the program and a small lab."""
    command = [sys.executable, "-c", MEMORY, str(grid(tmp_path / "grid", 10))]
    root = Path(iosemu.__file__).parents[1]
    said = benchmark.pedantic(
        lambda: subprocess.run(command, cwd=root, capture_output=True, text=True, check=True),
        rounds=1,
        iterations=1,
    )
    kib_a_router = int(said.stdout) / 100
    assert 0 < kib_a_router < 1024
    print(f"\n{benchmark.name}: {kib_a_router:.0f} KiB a router")


def test_snapshot_of_a_hundred_routers(benchmark: Any, hundred: iosemu.Lab) -> None:
    saved = benchmark.pedantic(hundred.snapshot, rounds=5, iterations=1)
    benchmark.extra_info["bytes"] = len(saved.world)
    print(f"\n{benchmark.name}: {len(saved.world):,} bytes")


def test_fork_of_a_hundred_routers(benchmark: Any, hundred: iosemu.Lab) -> None:
    saved = hundred.snapshot()
    twin = benchmark.pedantic(lambda: iosemu.restore(saved), rounds=5, iterations=1)
    assert twin.digest == hundred.digest


def test_a_quiet_hour_of_a_hundred_routers(benchmark: Any, hundred: iosemu.Lab) -> None:
    benchmark.pedantic(lambda: hundred.run_for(3_600), rounds=1, iterations=1)
    rate(benchmark, "virtual seconds a second", 3_600)


REPEATED = [f"ip route 10.{n >> 8}.{n & 255}.0 255.255.255.0 192.0.2.1" for n in range(5_000)]
MIXED = [
    line
    for n in range(700)
    for line in (
        f"interface Loopback{n}",
        f" description link {n} of the lab",
        f" ip address 172.{16 + (n >> 8)}.{n & 255}.1 255.255.255.255",
        " bandwidth 1000",
        " no shutdown",
        f"ip route 10.{n >> 8}.{n & 255}.0 255.255.255.0 Null0 250 name r{n}",
        f"arp 10.9.{n >> 8}.{n & 255} aabb.cc00.{n:04x} arpa",
    )
]


@pytest.mark.parametrize("lines", [REPEATED, MIXED], ids=["repeated kinds", "mixed kinds"])
def test_configuration_lines_read_a_second(benchmark: Any, lines: list[str]) -> None:
    """From text to the committed value alone: no terminal, no stack, no engine."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    router = lab.routers["R1"]

    def read() -> Config:
        config, modes = router.device.config, CONFIGURE
        for line in lines:
            outcome = configure_line(router.grammar, config, modes, line)
            assert outcome.failure is None, line
            config, modes = outcome.config, outcome.modes
        return config

    config = benchmark.pedantic(read, rounds=5, iterations=1)
    assert config is not router.device.config
    rate(benchmark, "lines/s", len(lines))


@pytest.mark.parametrize("lines", [REPEATED, MIXED], ids=["repeated kinds", "mixed kinds"])
def test_configuration_lines_a_second(benchmark: Any, lines: list[str]) -> None:
    """From text to committed configuration, told to stack and engines line by line."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    text = "\n".join(lines)
    said = benchmark.pedantic(lambda: lab["R1"].configure(text), rounds=1, iterations=1)
    assert "%" not in said, said[:500]
    rate(benchmark, "lines/s", len(lines))
