"""One scenario for every shipped lab, played in several ways that must not differ.

`python -m tests.sim.scenario LAB WAY` prints the digests: it is how the test plays it under other
hash seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import iosemu
from iosemu.kernel.digest import Happening
from iosemu.lab.lab import Lab
from iosemu.lab.link import LabLink

MIDDLE_S, END_S = 21.3, 90.0
DIALOG = {
    "hello": ("R1", "3.3.3.3"),
    "static": ("R1", "5.5.5.5"),
    "switch": ("R2", "10.0.20.3"),
    "pbr": ("R9", "1.1.1.1"),
    "serial": ("R1", "3.3.3.3"),
    "telnet": ("R1", "10.0.23.3"),
    "mixed": ("R1", "3.3.3.3"),
    "bgp-nht": ("R1", "44.44.44.44"),
}
DEBUGGED = {
    "hello": "R3",
    "static": "R2",
    "switch": "R3",
    "pbr": "R2",
    "serial": "R3",
    "telnet": "R3",
    "mixed": "R3",
    "bgp-nht": "R4",
}
DEBUGS = {
    "pbr": ("eigrp packets", "ip routing", "ip policy"),
    "serial": ("serial interface", "ppp negotiation"),
    "mixed": ("ip packet", "ppp negotiation"),
    "bgp-nht": ("ip bgp updates", "ip routing"),
}
PINGS = {
    "hello": ("HOST1", "192.168.3.10"),
    "static": ("HOST1", "192.168.5.10"),
    "switch": ("HOST1", "10.0.0.12"),
    "pbr": ("R1", "9.9.9.9 source Loopback0"),
    "serial": ("R2", "10.0.12.1"),
    "telnet": ("HOST1", "10.0.23.3"),
    "mixed": ("HOST1", "10.0.23.3"),
    "bgp-nht": ("R2", "4.4.4.4"),
}
CUT = {
    "pbr": "R9:FastEthernet1/0",
    "serial": "R1:Serial1/0",
    "mixed": "R1:Serial1/1",
    "bgp-nht": "R3:GigabitEthernet2",
}
CALLS = {
    "telnet": (("HOST1", "telnet 10.0.12.2\r"), ("R1", "telnet 10.0.12.2\r")),
    "mixed": (
        ("HOST1", "telnet 10.0.12.2\rtelnet 10.0.23.3\r"),
        ("R1", "telnet 2.2.2.2 /source-interface lo0\r"),
    ),
}
"""Telnets from further consoles; in each a show runs."""
HERE = Path(__file__).parent


def begin(name: str) -> Lab:
    """To the middle: a dialog is open, and a ping in flight with frames on the wire.

    Every link is impaired and captured, and a console has debugs on.
    """
    folder = HERE / name
    lab = iosemu.load(folder if folder.is_dir() else name)
    lab.world.digest.trace = []
    lab.boot()
    lab.run_for(10)
    asked, pinging = lab.open(DIALOG[name][0]), lab.open(PINGS[name][0])
    lab.type(lab.console(DEBUGGED[name]), b"\renable\rdebug ip icmp\rdebug arp\rclear arp-cache\r")
    for debug in DEBUGS.get(name, ()):
        lab.type(lab.console(DEBUGGED[name]), f"debug {debug}\r".encode())
    lab.capture()
    for number in lab.fabric.links:
        LabLink(lab, number).impair(
            loss=0.03, duplicate=0.03, reorder=0.03, corrupt=0.03, jitter_ms=0.5
        )
    lab.run_for(1)
    for device, call in CALLS.get(name, ()):
        lab.type(lab.open(device), call.encode() + b"show ip interface\rshow users\r")
    lab.type(asked, b"ping\r\r")
    lab.run_for(10)
    lab.type(pinging, f"ping {PINGS[name][1]} repeat 4000\r".encode())
    lab.run_for(MIDDLE_S - 21)
    assert lab.terminal(asked).prompt == "Target IP address: "
    assert not lab.terminal(pinging).waiting
    return lab


def finish(lab: Lab, name: str) -> Lab:
    """From the middle to the end: answer the dialog, reload, cut a link, stop the ping."""
    asked, pinging = (
        next(s.number for s in lab.switchboard.sessions.values() if s.device == d and s.length == 0)
        for d in (DIALOG[name][0], PINGS[name][0])
    )
    lab.type(asked, DIALOG[name][1].encode() + b"\r3\r\r\r\r\r")
    lab.run_for(5)
    lab.type(lab.console(DEBUGGED[name]), b"reload\r\r")
    cut = lab.link(CUT.get(name, f"{DIALOG[name][0]}:Ethernet0/0"))
    cut.down()
    lab.run_for(7)
    cut.up()
    lab.type(pinging, b"\x1e")
    lab.run_for(END_S - lab.now)
    device = lab.routers[DEBUGGED[name]].device
    assert device.identity.boots == 2
    assert any(line.is_debug for line in device.history)
    assert "lost" in {reason for _, reason in lab.fabric.drops}
    return lab


def straight(name: str) -> Lab:
    """Without anything between."""
    return finish(begin(name), name)


def forked(name: str) -> Lab:
    """Saved in the middle, and finished by the restored lab."""
    return finish(iosemu.restore(begin(name).snapshot()), name)


def rewound(name: str) -> Lab:
    """Finished another way, then rewound to the middle and finished."""
    lab = begin(name)
    middle, before = lab.now, lab.state_digest()
    lab[DIALOG[name][0]].configure("interface Loopback7\n ip address 7.7.7.7 255.255.255.255")
    lab.run_for(31)
    lab.rewind(middle)
    assert lab.state_digest() == before
    return finish(lab, name)


WAYS: dict[str, Callable[[str], Lab]] = {
    "straight": straight,
    "forked": forked,
    "rewound": rewound,
}


def trace(lab: Lab) -> list[Happening]:
    """All that happened, for finding a difference."""
    return lab.world.digest.happenings()


if __name__ == "__main__":
    played = WAYS[sys.argv[2]](sys.argv[1])
    print(played.digest, played.state_digest())
    if "trace" in sys.argv:
        print(*trace(played), sep="\n")
