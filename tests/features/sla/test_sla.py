"""IP SLA and object tracking in a lab: real probes, and what follows from them."""

from __future__ import annotations

import re

import pytest

import iosemu
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.sla.state import Outcome
from iosemu.features.track.config import TrackConfig, TrackedObject
from iosemu.features.track.engine import TrackEngine
from iosemu.kernel.time import SECOND
from iosemu.lab.lab import Lab, restore
from iosemu.proto.base import Configured, Publish, Published, Syslog, heading

PROBE = """
ip sla 1
icmp-echo 10.0.12.2
frequency 10
ip sla schedule 1 life forever start-time now
"""


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def configured(lab: Lab, text: str) -> str:
    return lab["R1"].configure(text)


def states(lab: Lab) -> dict[int, str]:
    """Up or Down of each object."""
    rows = lab["R1"].cli("show track brief").splitlines()[1:]
    return {int(row.split()[0]): "Up" if " Up " in row else "Down" for row in rows}


def code(lab: Lab, number: int = 1) -> str:
    said = lab["R1"].cli(f"show ip sla statistics {number}")
    return re.findall("return code: (.*)", said)[0]


def logged(lab: Lab) -> list[str]:
    said = lab["R1"].cli("show logging | include TRACK")
    return re.findall("%TRACK.*", said)


def test_the_first_probe_waits_for_arp_so_the_object_is_up_after_eleven_seconds(lab: Lab) -> None:
    assert configured(lab, "track 1 ip sla 1 reachability" + PROBE) == ""
    lab.run_for(10.9)
    assert (states(lab), code(lab)) == ({1: "Down"}, "Timeout")
    lab.run_for(0.2)
    assert (states(lab), code(lab)) == ({1: "Up"}, "OK")
    assert logged(lab) == ["%TRACK-6-STATE: 1 ip sla 1 reachability Down -> Up"]
    lab.link("R1:Ethernet0/0").down()
    lab.run_for(14.5)
    assert states(lab) == {1: "Up"}
    lab.run_for(0.5)
    assert (states(lab), code(lab)) == ({1: "Down"}, "Timeout")


def test_a_running_operation_is_only_deleted(lab: Lab) -> None:
    configured(lab, PROBE)
    assert configured(lab, "ip sla 1").splitlines()[-3:] == [
        "Entry already running and cannot be modified",
        "(only can delete (no) and start over)",
        "(check to see if the probe has finished exiting)",
    ]
    configured(lab, "track 1 ip sla 1")
    lab.run_for(15)
    assert states(lab) == {1: "Up"}
    assert configured(lab, "no ip sla 1") == ""
    assert states(lab) == {1: "Down"}
    assert "sla" not in lab["R1"].cli("show running-config | include ^ip sla")


def test_a_timeout_longer_than_the_frequency_is_not_scheduled(lab: Lab) -> None:
    said = configured(
        lab,
        "ip sla 2\nicmp-echo 10.0.12.2\ntimeout 20000\nfrequency 5\n"
        "ip sla schedule 2 start-time now",
    )
    assert said.splitlines()[-1] == (
        "%Scheduling a probe with timeout 20000 ms greater than frequency 5000 ms is not allowed."
    )
    assert "schedule" not in lab["R1"].cli("show running-config | include ip sla")


def test_tcp_connect_tells_an_open_port_from_a_closed_one(lab: Lab) -> None:
    configured(
        lab,
        """
        ip sla 1
        tcp-connect 10.0.12.2 23 control disable
        ip sla 2
        tcp-connect 10.0.12.2 4444 control disable
        ip sla 3
        tcp-connect 99.0.0.1 23 control disable
        ip sla schedule 1 life forever start-time now
        ip sla schedule 2 life forever start-time now
        ip sla schedule 3 life forever start-time now
        """,
    )
    lab.run_for(10)
    assert (code(lab, 1), code(lab, 2)) == ("OK", "No connection")
    assert code(lab, 3) == "Socket connect error"
    assert " 23 " not in lab["R1"].cli("show tcp brief")


def test_udp_echo_is_answered_by_the_responder(lab: Lab) -> None:
    configured(
        lab,
        """
        ip sla 1
        udp-echo 10.0.12.2 5000 control disable
        frequency 10
        ip sla schedule 1 life forever start-time now
        """,
    )
    lab.run_for(19)
    assert code(lab) == "Timeout"
    lab["R2"].configure("ip sla responder udp-echo ipaddress 10.0.12.2 port 5000")
    lab.run_for(10)
    assert code(lab) == "OK"
    lab["R2"].configure("no ip sla responder udp-echo ipaddress 10.0.12.2 port 5000")
    lab.run_for(20)
    assert code(lab) == "Timeout"


def test_over_the_threshold_is_reachable_but_not_ok(lab: Lab) -> None:
    configured(
        lab,
        """
        track 1 ip sla 1 reachability
        track 2 ip sla 1 state
        ip sla 1
        icmp-echo 10.0.12.2
        threshold 0
        frequency 10
        ip sla schedule 1 life forever start-time now
        """,
    )
    lab.run_for(15)
    assert code(lab) == "Over threshold"
    assert states(lab) == {1: "Up", 2: "Down"}


def test_a_life_ends_and_a_pending_operation_does_not_start(lab: Lab) -> None:
    configured(
        lab,
        """
        ip sla 1
        icmp-echo 10.0.12.2
        frequency 5
        ip sla 2
        icmp-echo 10.0.12.2
        ip sla 3
        icmp-echo 10.0.12.2
        ip sla schedule 1 life 20 start-time now
        ip sla schedule 2 start-time pending
        ip sla schedule 3 start-time after 0:0:30
        """,
    )
    lab.run_for(29)
    rows = [row.split()[0] for row in lab["R1"].cli("show ip sla summary").splitlines()[6:]]
    assert rows == ["^1", "~2", "~3"]
    said = lab["R1"].cli("show ip sla statistics 1")
    assert "Number of successes: 3\nNumber of failures: 1\nOperation time to live: 0" in said
    lab.run_for(10)
    assert code(lab, 3) == "OK"


def test_an_operation_that_does_not_run_is_forgotten_after_its_ageout(lab: Lab) -> None:
    configured(
        lab,
        """
        ip sla 1
        icmp-echo 10.0.12.2
        frequency 5
        ip sla 2
        icmp-echo 10.0.12.2
        ip sla 3
        icmp-echo 10.0.12.2
        ip sla schedule 1 life 20 start-time now ageout 15
        ip sla schedule 2 start-time pending ageout 40
        ip sla schedule 3 life forever start-time now ageout 5
        """,
    )

    def known() -> list[str]:
        rows = lab["R1"].cli("show ip sla summary").splitlines()[6:]
        return [row.split()[0] for row in rows]

    lab.run_for(34)
    assert known() == ["^1", "~2", "*3"]
    lab.run_for(2)
    assert known() == ["~2", "*3"]
    lab.run_for(5)
    assert known() == ["*3"]
    assert "Number of successes" not in lab["R1"].cli("show ip sla statistics 1")
    configured(lab, "no ip sla schedule 1\nip sla schedule 1 life 20 start-time now")
    lab.run_for(5)
    assert known() == ["*1", "*3"]


def test_lists_delays_and_interfaces(lab: Lab) -> None:
    configured(
        lab,
        """
        track 1 interface Ethernet0/0 line-protocol
        delay down 10 up 5
        track 2 interface Ethernet0/0 ip routing
        track 3 ip route 2.2.2.2 255.255.255.255 reachability
        track 4 list boolean and
        object 2
        object 3
        track 5 list boolean or
        object 2 not
        track 6 list threshold percentage
        object 2
        object 5
        threshold percentage up 50 down 0
        track 7 stub-object
        default-state up
        """,
    )
    assert states(lab) == {1: "Up", 2: "Up", 3: "Up", 4: "Up", 5: "Down", 6: "Up", 7: "Up"}
    configured(lab, "interface Ethernet0/0\nno ip address")
    assert states(lab) == {1: "Up", 2: "Down", 3: "Down", 4: "Down", 5: "Up", 6: "Up", 7: "Up"}
    configured(lab, "interface Ethernet0/0\nshutdown")
    lab.run_for(4)
    assert "Line protocol is Up, delayed Down (6 secs remaining)" in lab["R1"].cli("show track 1")
    configured(lab, "interface Ethernet0/0\nno shutdown")
    lab.run_for(10)
    assert states(lab)[1] == "Up"
    configured(lab, "interface Ethernet0/0\nshutdown")
    lab.run_for(10.5)
    assert states(lab)[1] == "Down"
    assert logged(lab)[-1] == "%TRACK-6-STATE: 1 interface Et0/0 line-protocol Up -> Down"


def test_a_probe_beyond_the_next_hop_replaces_the_route() -> None:
    lab = iosemu.load("sla")
    lab.boot()
    lab.run_for(40)
    way = "show ip route 0.0.0.0 0.0.0.0 | include \\* "
    assert "10.0.1.2" in lab["R1"].cli(way)
    lab.link("ISP1:Ethernet0/1").down()
    lab.run_for(4)
    assert "10.0.1.2" in lab["R1"].cli(way)
    lab.run_for(11)
    assert "10.0.2.2" in lab["R1"].cli(way)
    assert lab["R1"].cli("ping 8.8.8.8 source 10.0.2.1 timeout 1").count("!") == 0
    assert logged(lab)[-1] == "%TRACK-6-STATE: 1 ip sla 1 reachability Up -> Down"
    lab.link("ISP1:Ethernet0/1").up()
    # The link takes 3 s, and the first probe that finds it up may wait for ARP.
    lab.run_for(25)
    assert "10.0.1.2" in lab["R1"].cli(way)


def test_a_snapshot_in_the_middle_changes_nothing() -> None:
    def until(lab: Lab, at: float) -> Lab:
        lab.run_for(at - lab.now)
        return lab

    straight = iosemu.load("sla")
    straight.boot()
    until(straight, 33.0)
    forked = restore(straight.snapshot())
    for lab in (straight, forked):
        lab.link("ISP1:Ethernet0/1").down()
        until(lab, 90.0)
    assert straight.state_digest() == forked.state_digest()
    assert straight.digest == forked.digest


def test_the_running_configuration_is_a_fixed_point(lab: Lab) -> None:
    configured(
        lab,
        """
        ip sla monitor 7
        udp-jitter 10.0.12.2 5000 source-ip 10.0.12.1
        tag seven
        ip sla 3
        icmp-echo 10.0.12.2 source-interface Ethernet0/0
        request-data-size 64
        history lives-kept 2
        frequency 10
        ip sla schedule 3 start-time now life forever
        track 9 rtr 3 reachability
        delay up 3 down 2
        track 10 list threshold weight
        object 9 weight 20
        threshold weight up 20 down 10
        """,
    )
    shown = lab["R1"].cli("show running-config | section track|ip sla")
    assert shown.splitlines() == [
        "track 9 ip sla 3 reachability",
        " delay up 3 down 2",
        "track 10 list threshold weight",
        " object 9 weight 20",
        " threshold weight up 20 down 10",
        "ip sla 3",
        " icmp-echo 10.0.12.2 source-interface Ethernet0/0",
        "  history lives-kept 2",
        "  request-data-size 64",
        "  frequency 10",
        "ip sla schedule 3 life forever start-time now",
        "ip sla 7",
        " udp-jitter 10.0.12.2 5000 source-ip 10.0.12.1",
        "  tag seven",
    ]
    lab["R1"].cli("write memory")
    lab["R1"].cli("show startup-config")
    configured(lab, "no ip sla 3\nno ip sla 7\nno track 9\nno track 10")
    assert lab["R1"].cli("show running-config | section track|ip sla") == ""
    lab["R1"].configure(shown)
    assert lab["R1"].cli("show running-config | section track|ip sla") == shown


def test_a_static_route_goes_with_the_object_it_follows(lab: Lab) -> None:
    line = "ip route 9.9.9.0 255.255.255.0 Null0 track 5"
    shown = "show ip route static | include 9.9.9"
    configured(lab, line)
    assert lab["R1"].cli(shown) == ""
    configured(lab, "track 5 interface Ethernet0/0 line-protocol")
    assert "9.9.9.0 is directly connected, Null0" in lab["R1"].cli(shown)
    configured(lab, "no track 5")
    assert lab["R1"].cli(shown) == ""


def test_release_12_4_logs_in_its_own_words() -> None:
    """By the engine alone: a release, an object, and how a probe ended."""
    objects = Entries({1: TrackedObject(operation=3, aspect="reachability")})
    config = with_slot(Config(), TrackConfig(objects=objects))
    engine = TrackEngine()
    engine.step(0, Configured(Config(), config))
    engine.step(0, Published("version", "12.4"))
    actions = engine.step(SECOND, Published("sla 3", Outcome("OK", 1)))
    (message,) = [action.message for action in actions if isinstance(action, Syslog)]
    assert (heading(message), message.text()) == (
        ("TRACKING", 5, "STATE"),
        "1 rtr 3 reachability Down->Up",
    )
    assert Publish("track 1", True) in actions


def test_an_object_is_deleted_before_it_becomes_another(lab: Lab) -> None:
    configured(lab, "track 5 ip route 2.2.2.2 255.255.255.255 reachability\ndelay up 3")
    for line in (
        "track 5 interface Ethernet0/0 line-protocol",
        "track 5 ip route 2.2.2.2 255.255.255.255 metric threshold",
        "track 5 ip sla 1 reachability",
        "track 5 rtr 1",
        "track 5 list boolean and",
        "track 5 list threshold weight",
        "track 5 stub-object",
    ):
        said = configured(lab, line)
        assert "Cannot change tracked object 5 - delete old config first" in said, line
    assert configured(lab, "track 5 ip route 2.2.2.2 255.255.255.255 reachability") == ""
    shown = lab["R1"].cli("show running-config | section track")
    assert shown.split("\n")[:2] == [
        "track 5 ip route 2.2.2.2 255.255.255.255 reachability",
        " delay up 3",
    ]
    assert configured(lab, "no track 5\ntrack 5 interface Ethernet0/0 line-protocol") == ""
    assert "Interface Ethernet0/0 line-protocol" in lab["R1"].cli("show track 5")
    assert configured(lab, "track 6 ip sla 1\ntrack 6 ip sla 1 state\ntrack 6 rtr 1") == ""


def test_exit_below_the_type_of_an_operation_leaves_both_modes(lab: Lab) -> None:
    router = lab["R1"]
    prompts = []
    for line in ("configure terminal", "ip sla 5", "icmp-echo 2.2.2.2", "exit", "ip sla 6", "exit"):
        router.cli(line)
        prompts.append(router.prompt)
    assert prompts == [
        "R1(config)#",
        "R1(config-ip-sla)#",
        "R1(config-ip-sla-echo)#",
        "R1(config)#",
        "R1(config-ip-sla)#",
        "R1(config)#",
    ]


def test_the_number_of_an_operation_that_is_not_scheduled_leads_back_to_its_type(lab: Lab) -> None:
    configured(lab, "ip sla 5\nicmp-echo 2.2.2.2")
    router = lab["R1"]
    prompts = []
    for line in ("configure terminal", "ip sla 5", "frequency 20", "exit"):
        assert "%" not in router.cli(line)
        prompts.append(router.prompt)
    assert prompts == ["R1(config)#", *["R1(config-ip-sla-echo)#"] * 2, "R1(config)#"]
    router.cli("end")
    assert " frequency 20" in router.cli("show running-config | section ip sla 5")
