"""Thousands of spoiled frames into a router and a switch: nothing fails, every one is counted."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab
from iosemu.kernel.rng import Random

FRAMES = 10_000
"""For each lab."""
LONGEST = 1500 + 18
"""A datagram, the Ethernet header and a tag; what is longer is a giant and no packet."""


def seeds(lab: Lab, target: str) -> list[bytes]:
    """Real frames of many kinds, as they went over the links of a lab."""
    captured = lab.capture()
    lab.run_for(12)
    first = lab["HOST1"]
    first.cli(f"ping {target} repeat 2 size 3000")
    first.cli(f"ping {target} repeat 1")
    first.cli(f"traceroute {target} timeout 1 ttl 1 3 numeric")
    first.cli("ping 10.0.12.99 repeat 1 timeout 1")
    return list(dict.fromkeys(frame.frame for frame in captured.frames))


def spoiled(rng: Random, frame: bytes) -> bytes:
    """A frame with some bytes, its length, a field or its tail changed."""
    data = bytearray(frame)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(7):
            case 0:
                del data[at:]
            case 1 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 2 if data:
                data[at] = rng.choice([0, 1, 0x45, 0x46, 0x4F, 0x60, 0x7F, 0x80, 0xFF])
            case 3:
                data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(40)))
            case 4:
                data[12:14] = rng.choice(
                    [b"\x81\x00", b"\x08\x06", b"\x08\x00", b"\x86\xdd", b"\0\4"]
                )
            case 5:
                del data[at : at + rng.randrange(8)]
            case _:
                data += bytes(rng.randrange(9000))
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "device", "port", "target"),
    [
        ("hello", "R1", "Ethernet0/0", "192.168.3.10"),
        ("switch", "R1", "Ethernet0/0", "10.0.0.12"),
    ],
)
def test_a_router_counts_every_spoiled_frame_and_goes_on(
    name: str, device: str, port: str, target: str
) -> None:
    rng = Random.named(1, "frames", name)
    lab = iosemu.load(name)
    lab.boot()
    good = seeds(lab, target)
    assert len(good) > 10
    held = lab.routers[device].device.stack.interfaces[port]
    packets, size = held.received.packets, held.received.bytes
    runts, giants = held.runts, held.giants
    cable = lab.link(f"{device}:{port}")
    cable.impair(loss=1.0)
    lab.run_for(1)
    for _ in range(FRAMES):
        frame = spoiled(rng, rng.choice(good))
        lab.world.schedule(lab.world.now, ("rx", device, port), frame)
        lab.run_for(0.0001)
        if len(frame) < 14:
            runts += 1
        elif len(frame) > LONGEST:
            giants += 1
        elif frame[0] & 1 or frame[:6] == held.mac.packed:
            packets, size = packets + 1, size + len(frame)
    assert (held.received.packets, held.received.bytes) == (packets, size)
    assert (held.runts, held.giants) == (runts, giants)
    assert held.input_errors >= runts + giants > runts > 0
    cable.impair(loss=0.0)
    lab.run_for(1)
    lab[device].cli("clear arp-cache")
    assert "Success rate" in lab["HOST1"].cli(f"ping {target} repeat 5 timeout 1")
    assert "!!" in lab["HOST1"].cli(f"ping {target} repeat 5 timeout 1")


def test_a_switch_passes_or_drops_every_spoiled_frame() -> None:
    rng = Random.named(2, "frames")
    lab = iosemu.load("switch")
    lab.boot()
    good = seeds(lab, "10.0.0.12")
    name, switch = next(iter(lab.fabric.switches.items()))
    for _ in range(FRAMES):
        frame = spoiled(rng, rng.choice(good))
        port = rng.choice(switch.ports)
        lab.world.schedule(lab.world.now, ("switch", name, port), frame)
        lab.run_for(0.0001)
    lab.run_for(1)
    assert len(switch.table) <= switch.capacity
    assert "!!" in lab["HOST1"].cli("ping 10.0.0.12 repeat 5 timeout 1")
