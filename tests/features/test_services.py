"""Services that are kept, not simulated: what is printed of them, and what is said."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.features.services import show as services_show  # noqa: F401
from iosemu.features.services.views import NtpAssociationsView

from .samples import rendered, sample, unpadded
from .shop import router

LINES = """\
no service pad
service timestamps debug datetime msec
service timestamps log datetime msec
service compress-config
no service dhcp
no ip source-route
no ip bootp server
ip domain timeout 2
no ip forward-protocol udp tftp
ip http access-class 23
ip http authentication local
ip http timeout-policy idle 60 life 86400 requests 10000
ip tftp source-interface Loopback0
ip ftp username anonymous
ip ssh time-out 60
ip ssh source-interface Loopback0
ip ssh dh min size 2048
ip scp server enable
snmp-server group ADMIN v3 priv
snmp-server community public RO 10
snmp-server trap-source Loopback0
snmp-server location Rack 7, room 12
snmp-server enable traps snmp linkdown linkup
snmp-server enable traps bgp
snmp-server host 10.0.0.7 version 2c public
no scheduler allocate
ntp source Loopback0
ntp master 3
ntp server 10.0.0.9 prefer version 3
ntp server time.example.net""".splitlines()


def test_a_pasted_configuration_is_printed_as_pasted() -> None:
    shop = router()
    assert shop.type(*LINES) == []
    assert [line for line in shop.running if line in LINES] == LINES


def test_turning_off_what_is_not_there_is_the_truth() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    r1 = lab["R1"]
    r1.configure("no ip source-route\nno service pad\nno scheduler allocate\nip scp server enable")
    listed = r1.cli("show lab inert").splitlines()
    assert "ip scp server enable" in listed
    assert not {"no ip source-route", "no service pad", "no scheduler allocate"} & set(listed)


def test_interfaces_take_snmp_traps() -> None:
    shop = router("Ethernet0/0")
    shop.type("interface e0/0", "no snmp trap link-status")
    assert " no snmp trap link-status" in shop.block("interface Ethernet0/0")
    shop.type("snmp trap link-status")
    assert " no snmp trap link-status" not in shop.block("interface Ethernet0/0")


def test_a_server_that_never_answered_is_printed_as_captured() -> None:
    captured = unpadded(sample("show_ntp_associations__2.txt"))
    row = next(line for line in captured if "10.36.3.3" in line)
    heading = next(line for line in captured if "ref clock" in line)
    ours = unpadded(rendered(NtpAssociationsView(("10.36.3.3",))))
    # The captured server was polled for longer, and had answered once.
    expected = row.replace(".STEP.", ".INIT.").replace(" 512 ", "  64 ")
    assert ours == ["", heading, expected, captured[-2] if captured[-1] == "" else captured[-1]]


def test_services_that_are_off_say_so() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    r1 = lab["R1"]
    assert r1.cli("show ntp status") == "%NTP is not enabled."
    assert r1.cli("show snmp") == "%SNMP agent not enabled"
    r1.configure("ntp server clock\nip host clock 10.0.12.2")
    assert " ~10.0.12.2 " in r1.cli("show ntp associations")
    lines = r1.cli("show ntp status").splitlines()
    assert lines[0] == "Clock is unsynchronized, stratum 16, no reference clock"
    assert lines[2].startswith("ntp uptime is 9")


@pytest.mark.parametrize(
    "command", ["show version", "show inventory", "show clock", "show logging"]
)
def test_parsers_of_others_read_them(command: str) -> None:
    ntc = pytest.importorskip("ntc_templates.parse", reason="ntc-templates is not installed")
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    r1 = lab["R1"]
    r1.configure("ntp server 10.0.12.2\nlogging host 10.0.12.2")
    lab.run_for(5)
    data = r1.cli(command)
    assert ntc.parse_output(platform="cisco_ios", command=command, data=data)
