"""What random networks found: each bug in the smallest lab that shows it."""

from __future__ import annotations

from pathlib import Path

import iosemu

from .out_lab import lab_of, said


def three(middle: str) -> dict[str, str]:
    """R1, R2 and R3 in a row, each an AS of its own; R1 has a network."""
    return {
        "R1": "interface Ethernet0/0\n ip address 10.0.12.1 255.255.255.0\n"
        "ip route 50.1.0.0 255.255.0.0 Null0\n"
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n network 50.1.0.0 mask 255.255.0.0\n",
        "R2": "interface Ethernet0/0\n ip address 10.0.12.2 255.255.255.0\n"
        "interface Ethernet0/1\n ip address 10.0.23.2 255.255.255.0\n"
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n neighbor 10.0.23.3 remote-as 3\n" + middle,
        "R3": "interface Ethernet0/0\n ip address 10.0.23.3 255.255.255.0\n"
        "router bgp 3\n neighbor 10.0.23.2 remote-as 2\n",
    }


def test_a_med_set_on_the_way_out_is_told_even_if_the_path_had_it_already(tmp_path: Path) -> None:
    middle = (
        " neighbor 10.0.12.1 route-map MED in\n neighbor 10.0.23.3 route-map MED out\n"
        "route-map MED permit 10\n set metric 10\n"
    )
    lab = lab_of(tmp_path, three(middle), ("R1", "R2"), ("R2", "R3"))
    lab.run_for(200)
    assert said(lab, "R2", "50.1.0.0/16") == "1 i next 10.0.12.1 med 10"
    assert said(lab, "R3", "50.1.0.0/16") == "2 1 i next 10.0.23.2 med 10"


def test_a_med_set_on_the_way_in_goes_no_further(tmp_path: Path) -> None:
    middle = (
        " neighbor 10.0.12.1 route-map MED in\n neighbor 10.0.23.3 route-map ALL out\n"
        "route-map MED permit 10\n set metric 10\nroute-map ALL permit 10\n"
    )
    lab = lab_of(tmp_path, three(middle), ("R1", "R2"), ("R2", "R3"))
    lab.run_for(200)
    assert said(lab, "R3", "50.1.0.0/16") == "2 1 i next 10.0.23.2"


def test_a_change_of_the_process_does_the_same_after_a_restore(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, three(""), ("R1", "R2"), ("R2", "R3"))
    lab.run_for(200)
    other = iosemu.restore(lab.snapshot())
    for each in (lab, other):
        each["R1"].configure("router bgp 1\n no network 50.1.0.0 mask 255.255.0.0")
    assert other.state_digest() == lab.state_digest()
