"""A world with a fabric and stations that write down what they hear."""

from __future__ import annotations

from typing import Any

from iosemu.fabric import Fabric, handlers, transmit
from iosemu.kernel.runner import Runner
from iosemu.kernel.world import World


class Wire:
    """`heard`: (time, port, frame), damaged ones too; `carrier`: (time, port, up); ports as
    "R1:e0"."""

    def __init__(self, seed: int = 1) -> None:
        self.world = World(seed=seed)
        self.fabric = self.world.parts["fabric"] = Fabric()
        self.enter(self.world)

    def enter(self, world: World) -> None:
        self.world, self.fabric = world, world.parts["fabric"]
        self.heard: list[tuple[int, str, bytes]] = []
        self.carrier: list[tuple[int, str, bool]] = []
        own: dict[str, Any] = {"rx": self._on_frame, "carrier": self._on_carrier}
        own["crc"] = own["serial"] = self._on_frame
        self.runner = Runner(world, {**own, **handlers(world)})

    def send(self, port: str, frame: bytes) -> bool:
        node, _, interface = port.partition(":")
        return transmit(self.world, node, interface, frame)

    def run(self, until: int) -> None:
        self.runner.run(until)

    def frames(self, port: str) -> list[bytes]:
        return [frame for _, at, frame in self.heard if at == port]

    def _on_frame(self, target: Any, frame: bytes) -> None:
        self.heard.append((self.world.now, ":".join(target[1:]), frame))

    def _on_carrier(self, target: Any, up: bool) -> None:
        self.carrier.append((self.world.now, ":".join(target[1:]), up))


def ethernet(target: int, source: int, payload: bytes = b"", vlan: int | None = None) -> bytes:
    """A frame of 60 bytes or more from station `source` to `target`; target 0 is broadcast."""
    addresses = (b"\xff" * 6 if target == 0 else _mac(target)) + _mac(source)
    tag = b"" if vlan is None else b"\x81\x00" + vlan.to_bytes(2, "big")
    return (addresses + tag + b"\x08\x00" + payload).ljust(60, b"\0")


def _mac(number: int) -> bytes:
    return b"\xaa\xbb\xcc\x00" + number.to_bytes(2, "big")
