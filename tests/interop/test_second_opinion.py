"""Every show command, in a busy lab, read by parsers nobody here wrote: genie and ntc-templates.

The lines are made from the grammar (`shows.py`), the lab is in `busy/`: a new show is asked about
by itself, and if it shows nothing there, give the lab something to show in `busy/configs` or in
`STEPS`.  A parser that refuses what a real router prints is named in `EXCUSED` with the evidence;
an excuse that is not needed fails.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import iosemu

from . import parsers
from .shows import TCB, is_whole, show_lines

STEPS = (
    ("R1", "ping 10.0.12.2"),
    ("R1", "ping 2001:DB8:12::2"),
    ("R1", "ping 10.0.12.99 repeat 1"),
    ("R1", "archive config"),
    ("R1", "archive config"),
    ("R1", "debug ip icmp"),
    ("R1", "show running-config | redirect flash:was"),
    ("R4", "ping 10.0.14.1"),
    ("R1", "ping 4.4.4.4"),
    ("R4", "ping 172.16.1.1"),
    ("R1", "telnet 10.1.14.4"),
    ("R1", "cisco"),
    ("R1", "\x1ex"),
    ("R1", "ping 10.0.14.4"),
)
"""What is typed before the shows: device and line."""

EXCUSED: dict[tuple[str, str], str] = {
    (
        "genie",
        "show running-config interface Ethernet0/0 linenum",
    ): "it reads lines without numbers",
    ("genie", "show archive log config 1( 1)?"): "it takes a number for `include` of call-home",
    ("genie", "show arp detail"): "it reads the table only",
    ("genie", "show arp summary"): "it wants the interfaces, as of IOS XE",
    ("genie", "show cdp entry .* (protocol|version)"): "it reads the whole entry only",
    ("genie", "show ip eigrp (vrf RED .*|neighbors static.*)"): "there are none",
    ("genie", "show cdp entry [*]"): "it wants a duplex, which no serial line announces",
    ("genie", "show bgp ipv[46] unicast"): "it takes `unicast` for a prefix",
    ("genie", "show bgp 44[^ ]*"): "it takes the prefix for a family",
    (
        "genie",
        "show (ip )?bgp .*(longer-|inconsistent-|regexp|-list|route-map|cidr|community).*",
    ): "it takes what is behind the family for one prefix, or there are none",
    (
        "genie",
        "show (ip )?bgp .*(rib-failure|labels|dampen|flap-|paths|group|replication|policy).*",
    ): "it takes these words for a prefix or a neighbor",
    (
        "genie",
        "show (ip )?bgp (all|ipv6 unicast|vpnv4 vrf RED) neighbors [^ ]+ [ra]?[^ ]*routes",
    ): "the neighbor is not in this family, or nothing is kept of it",
    (
        "genie",
        "show (ip )?bgp ipv[46] unicast neighbors (10.0.12.2|2001:DB8:12::2)",
    ): "the other one is no neighbor of this family",
    ("ntc_templates", "show ip bgp 44[^ ]*( 255[^ ]*)?"): "its template is for the table",
    ("genie", "show controllers"): "it reads the processors of a Catalyst, not interfaces",
    ("genie", "show ip interface Ethernet0/0 brief"): "it reads the long form",
    ("genie", "show ip cef .*detail"): "it fails on raw captures of devices, too",
    ("genie", "show ip cef exact-route .*"): "it wants no blank behind the arrow, as of IOS XE",
    (
        "genie",
        "show ipv6 interface (brief Ethernet0/0|Ethernet0/0 brief)",
    ): "it reads the long form",
    ("genie", "show ipv6 traffic"): "it reads the byte counts of IOS XE",
    ("genie", "show ipv6 route (bgp|eigrp|ospf|rip)"): "there are none",
    ("genie", "show ipv6 route .* longer-prefixes"): "it takes it for one prefix",
    ("ntc_templates", "show ipv6 route 2001:DB8:12::(2|/64)"): "its template is for the table",
    ("genie", "show ip cef (unresolved|adjacency discard)"): "there are none",
    (
        "genie",
        "show ip route (vrf RED )?(isis|mobile|odr|rip|(bgp|ospf)( 1)?|eigrp 1)",
    ): "there are none",
    ("genie", "show ip vrf interfaces"): "it takes `interfaces` for the name of a VRF",
    ("ntc_templates", "show vrf detail( RED)?"): "it knows neither maps nor limits",
    ("genie", "show ip route list .*"): "it takes `list` for a prefix",
    (
        "genie",
        "show ip sla configuration( 1)?",
    ): "it reads `Entry Number`, a router prints `Entry number`",
    ("genie", "show ip traffic"): "it wants the sections of protocols that do not run",
    ("genie", "show route-map dynamic"): "there are none",
    ("genie", "show snmp"): "no agent runs",
    ("genie", "show processes memory sorted"): "it wants the pools of IOS XE",
    ("ntc_templates", "show running-config interface Ethernet0/0"): "a router prints `end`",
    ("ntc_templates", "show ip route 10.99.0.0( 255.255.0.0)?"): "its template is for the table",
    ("ntc_templates", "show ip eigrp topology 2.2.2.2.*"): "its template is for the table",
    ("ntc_templates", "show ip cef unresolved"): "there are none",
    (
        "ntc_templates",
        "show ip cef( vrf RED)? detail",
    ): "it knows neither several ways behind a recursive one nor prefixes that are unresolved",
    (
        "ntc_templates",
        "show interfaces (summary|accounting)",
    ): "its template is for the paragraphs of interfaces",
}
"""(library, pattern of lines) of what a parser does not take, and why that is right."""

ALIASES: dict[str, str] = {}
"""Lines genie knows under another spelling."""

_VTP = ("advertisement version: 2", "VTP Management Domain: ''")
ADDED: dict[tuple[str, str], tuple[str, str]] = {
    ("genie", "show version"): (
        "Simulated by iosemu: no vendor software runs here",
        "Technical Support: http://www.cisco.com/techsupport",
    ),
    ("genie", "show cdp entry *"): _VTP,
    ("genie", "show cdp entry R2"): _VTP,
}
"""(library, line): what a parser insists on and this router does not say, and behind which line."""


@pytest.fixture(scope="module")
def lab() -> iosemu.Lab:
    """The busy lab, after the steps."""
    lab = iosemu.load(Path(__file__).parent / "busy")
    lab.boot()
    lab.run_for(60)
    lab["R1"].configure("interface e0/0\n load-interval 30")
    lab["R1"].console().send("\r")
    for device, line in STEPS:
        lab[device].cli(line)
    lab.run_for(30)
    return lab


def test_a_value_is_given_for_every_show() -> None:
    missing = [line for line in show_lines() if not is_whole(line)]
    assert not missing, f"give the values in VALUES of {show_lines.__module__}"


@pytest.mark.parametrize("library", ["genie", "ntc_templates"])
def test_what_every_show_prints_is_understood(lab: iosemu.Lab, library: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    ask = parsers.genie if library == "genie" else parsers.ntc
    known: list[str] = []
    complaints: list[str] = []
    needed: set[tuple[str, str]] = set()
    tcb = lab["R1"].cli("show tcp brief").splitlines()[1].split()[0]
    for line in show_lines():
        text = lab["R1"].cli(line.replace(TCB, tcb))
        if (library, line) in ADDED:
            before, added = ADDED[library, line]
            text = text.replace(f"{before}\n", f"{before}\n{added}\n")
        opinion = ask(ALIASES.get(line, line) if library == "genie" else line, text)
        known += [line] if opinion is not None else []
        if opinion is None or not opinion.trouble:
            continue
        excuses = excuses_for(library, line)
        needed.update(excuses)
        if not excuses:
            complaints.append(f"{line}: {opinion.parser}: {opinion.trouble}\n{text}\n")
    assert len(known) > 20, known
    assert not complaints, "\n".join(complaints)
    needless = [key for key in EXCUSED if key[0] == library and key not in needed]
    assert not needless, "the parser takes these"


def excuses_for(library: str, line: str) -> list[tuple[str, str]]:
    """The keys of `EXCUSED` that are about a line."""
    return [key for key in EXCUSED if key[0] == library and re.fullmatch(key[1], line)]


def test_what_is_said_of_lines_is_said_of_lines_there_are() -> None:
    named = {line for _, line in ADDED} | set(ALIASES)
    assert not named - set(show_lines())
