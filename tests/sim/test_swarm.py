"""Random commands, cuts, rewinds and forks: the lab stays a function of its inputs."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab
from iosemu.kernel.rng import Random

CONFIG = (
    "interface e0/1\n shutdown",
    "interface e0/1\n no shutdown",
    "interface lo9\n ip address 9.9.9.9 255.255.255.255",
    "no interface lo9",
    "interface e0/0.10\n encapsulation dot1Q 10\n ip address 10.9.0.1 255.255.255.0",
    "no interface e0/0.10",
    "interface e0/0\n ip address 10.0.12.77 255.255.255.0",
    "interface e0/0\n no ip address",
    "interface e0/0\n mtu 600",
    "no ip routing",
    "ip routing",
    "ip route 5.5.5.5 255.255.255.255 lo9",
    "ip route 6.0.0.0 255.0.0.0 6.1.1.1\nip route 6.1.0.0 255.255.0.0 10.0.12.2",
    "no ip route 6.1.0.0 255.255.0.0 10.0.12.2",
    "ip route 0.0.0.0 0.0.0.0 10.0.12.2",
    "no ip route 0.0.0.0 0.0.0.0 10.0.12.2",
    "ip route 20.0.0.0 255.0.0.0 30.0.0.1\nip route 30.0.0.0 255.0.0.0 20.0.0.1",
    "hostname X",
    "logging buffered 5000",
)
EXEC = (
    "ping 10.0.12.2 repeat 3 timeout 1",
    "ping 192.168.3.10 repeat 3 size 3000",
    "traceroute 6.6.6.6 timeout 1 ttl 1 4",
    "show running-config",
    "show ip route",
    "show interfaces",
    "clear arp-cache",
    "write memory",
)


def one_step(lab: Lab, rng: Random) -> None:
    """Do something to the lab, then let some time pass."""
    device = lab[rng.choice(["R1", "R2", "R3", "HOST1"])]
    match rng.randrange(12):
        case 0 | 1 | 2 | 3 | 4:
            device.configure(rng.choice(CONFIG))
        case 5 | 6 | 7 | 8:
            device.cli(rng.choice(EXEC))
        case 9:
            link = lab.link(rng.choice(["R1:e0/0", "R1:e0/1", "R3:e0/2"]))
            rng.choice([link.down, link.up])()
        case 10:
            device.cli("reload")
            while device.prompt.endswith((": ", "[confirm]")):
                device.cli("no" if device.prompt.endswith(": ") else "")
        case _:
            lab.rewind(lab.now * rng.random())
    lab.run_for(rng.random() * 8)


@pytest.mark.parametrize("seed", range(4))
def test_forks_and_replays_agree_with_what_happened(seed: int) -> None:
    rng = Random.named(seed, "swarm")
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(2)
    for step in range(24):
        one_step(lab, rng)
        if step % 8 == 7:
            twin = iosemu.restore(lab.snapshot())
            for each in (lab, twin):
                each.run_for(5)
            assert (twin.digest, twin.state_digest()) == (lab.digest, lab.state_digest())
    again = iosemu.load("hello")
    again.replay(lab.journal.dump(), until=lab.now)
    assert (again.digest, again.state_digest()) == (lab.digest, lab.state_digest())
