"""What access lists match: one packet a case, and which entry it meets."""

from __future__ import annotations

import pytest

from iosemu.policy.acl import ExtendedAcl
from iosemu.policy.acl_match import compiled
from iosemu.stack.access import facts_of

from .lists import acl, packet

CASES = """
# list ; more of it | packet | number of the entry, - for the implicit deny
permit ip any any | tcp 1.1.1.1 9 2.2.2.2 80 | 10
permit ip any any | 200 1.1.1.1 2.2.2.2 | 10
permit ip any any | icmp 1.1.1.1 2.2.2.2 8 0 | 10
deny ip any any | udp 1.1.1.1 9 2.2.2.2 80 | 10
permit ip host 1.1.1.1 host 9.9.9.9 | icmp 1.1.1.1 9.9.9.9 8 0 | 10
permit ip host 1.1.1.1 host 9.9.9.9 | icmp 9.9.9.9 1.1.1.1 8 0 | -
permit ip host 1.1.1.1 any | icmp 1.1.1.1 9.9.9.9 0 0 | 10
permit ip host 1.1.1.1 any | icmp 1.1.1.2 9.9.9.9 0 0 | -
permit ip any host 9.9.9.9 | icmp 1.1.1.2 9.9.9.9 0 0 | 10
permit ip 10.0.0.0 0.0.0.255 any | icmp 10.0.0.255 9.9.9.9 0 0 | 10
permit ip 10.0.0.0 0.0.0.255 any | icmp 10.0.1.0 9.9.9.9 0 0 | -
permit ip 10.0.0.77 0.0.0.255 any | icmp 10.0.0.1 9.9.9.9 0 0 | 10
permit ip 10.0.0.0 0.0.254.255 any | icmp 10.0.4.1 9.9.9.9 0 0 | 10
permit ip 10.0.0.0 0.0.254.255 any | icmp 10.0.5.1 9.9.9.9 0 0 | -
permit ip 10.0.0.1 0.255.255.0 any | icmp 10.9.9.1 9.9.9.9 0 0 | 10
permit ip 10.0.0.1 0.255.255.0 any | icmp 10.9.9.2 9.9.9.9 0 0 | -
permit ip any 224.0.0.0 15.255.255.255 | igmp 1.1.1.1 239.1.2.3 17 0 | 10
permit ip any 224.0.0.0 15.255.255.255 | igmp 1.1.1.1 240.1.2.3 17 0 | -
permit ip 0.0.0.0 255.255.255.255 any | icmp 1.1.1.1 2.2.2.2 0 0 | 10
permit ip 1.1.1.1 0.0.0.0 any | icmp 1.1.1.1 2.2.2.2 0 0 | 10
deny tcp any any;permit ip any any | tcp 1.1.1.1 9 2.2.2.2 80 | 10
deny tcp any any;permit ip any any | udp 1.1.1.1 9 2.2.2.2 80 | 20
permit 6 any any | tcp 1.1.1.1 9 2.2.2.2 80 | 10
permit 0 any any | udp 1.1.1.1 9 2.2.2.2 80 | 10
permit esp any any | 50 1.1.1.1 2.2.2.2 | 10
permit ahp any any | 51 1.1.1.1 2.2.2.2 | 10
permit gre any any | 47 1.1.1.1 2.2.2.2 | 10
permit ospf any any | 89 1.1.1.1 224.0.0.5 | 10
permit eigrp any any | 88 1.1.1.1 224.0.0.10 | 10
permit pim any any | 103 1.1.1.1 224.0.0.13 | 10
permit nos any any | 94 1.1.1.1 2.2.2.2 | 10
permit pcp any any | 108 1.1.1.1 2.2.2.2 | 10
permit ipinip any any | 4 1.1.1.1 2.2.2.2 | 10
permit 112 any any | 112 1.1.1.1 224.0.0.18 | 10
permit 112 any any | 111 1.1.1.1 224.0.0.18 | -
permit tcp any any eq www | tcp 1.1.1.1 9 2.2.2.2 80 | 10
permit tcp any any eq 80 | tcp 1.1.1.1 9 2.2.2.2 80 | 10
permit tcp any any eq www | tcp 1.1.1.1 80 2.2.2.2 9 | -
permit tcp any any eq www | udp 1.1.1.1 9 2.2.2.2 80 | -
permit tcp any eq www any | tcp 1.1.1.1 80 2.2.2.2 9 | 10
permit tcp any eq www any | tcp 1.1.1.1 9 2.2.2.2 80 | -
permit tcp any eq telnet any eq bgp | tcp 1.1.1.1 23 2.2.2.2 179 | 10
permit tcp any eq telnet any eq bgp | tcp 1.1.1.1 23 2.2.2.2 180 | -
permit tcp any any eq 22 telnet www | tcp 1.1.1.1 9 2.2.2.2 22 | 10
permit tcp any any eq 22 telnet www | tcp 1.1.1.1 9 2.2.2.2 80 | 10
permit tcp any any eq 22 telnet www | tcp 1.1.1.1 9 2.2.2.2 24 | -
permit tcp any any neq 22 telnet | tcp 1.1.1.1 9 2.2.2.2 24 | 10
permit tcp any any neq 22 telnet | tcp 1.1.1.1 9 2.2.2.2 22 | -
permit tcp any any neq 22 telnet | tcp 1.1.1.1 9 2.2.2.2 23 | -
permit tcp any any neq 0 | tcp 1.1.1.1 9 2.2.2.2 0 | -
permit tcp any any neq 0 | tcp 1.1.1.1 9 2.2.2.2 65535 | 10
permit tcp any any neq 65535 | tcp 1.1.1.1 9 2.2.2.2 65535 | -
permit tcp any any gt 1023 | tcp 1.1.1.1 9 2.2.2.2 1024 | 10
permit tcp any any gt 1023 | tcp 1.1.1.1 9 2.2.2.2 1023 | -
permit tcp any any gt 65535 | tcp 1.1.1.1 9 2.2.2.2 65535 | -
permit tcp any any lt 1024 | tcp 1.1.1.1 9 2.2.2.2 1023 | 10
permit tcp any any lt 1024 | tcp 1.1.1.1 9 2.2.2.2 1024 | -
permit tcp any any lt 0 | tcp 1.1.1.1 9 2.2.2.2 0 | -
permit udp any any range 16384 32767 | udp 1.1.1.1 9 2.2.2.2 16384 | 10
permit udp any any range 16384 32767 | udp 1.1.1.1 9 2.2.2.2 32767 | 10
permit udp any any range 16384 32767 | udp 1.1.1.1 9 2.2.2.2 32768 | -
permit udp any any range 16384 32767 | udp 1.1.1.1 9 2.2.2.2 16383 | -
permit udp any range ntp snmp any | udp 1.1.1.1 137 2.2.2.2 9 | 10
permit udp any eq bootpc any eq bootps | udp 0.0.0.0 68 255.255.255.255 67 | 10
deny udp any eq 848 any;deny udp any any eq 848;permit ip any any | udp 1.1.1.1 848 2.2.2.2 848 | 10
deny udp any eq 848 any;deny udp any any eq 848;permit ip any any | udp 1.1.1.1 5 2.2.2.2 848 | 20
deny udp any eq 848 any;deny udp any any eq 848;permit ip any any | udp 1.1.1.1 5 2.2.2.2 849 | 30
deny tcp any eq bgp any;deny tcp any any eq bgp | tcp 1.1.1.1 5 2.2.2.2 179 | 20
deny tcp any eq bgp any;deny tcp any any eq bgp | tcp 1.1.1.1 5 2.2.2.2 178 | -
permit udp any any eq isakmp non500-isakmp | udp 1.1.1.1 5 2.2.2.2 4500 | 10
permit udp any any eq discard | udp 1.1.1.1 5 2.2.2.2 9 | 10
permit tcp any any eq cmd | tcp 1.1.1.1 5 2.2.2.2 514 | 10
permit udp any any eq syslog | udp 1.1.1.1 5 2.2.2.2 514 | 10
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +ack | 10
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +rst | 10
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +syn +ack | 10
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +syn | -
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +fin | -
permit tcp any any established | tcp 1.1.1.1 5 2.2.2.2 6 +ack cut=13 | -
permit tcp any any syn | tcp 1.1.1.1 5 2.2.2.2 6 +syn +ack | 10
permit tcp any any syn | tcp 1.1.1.1 5 2.2.2.2 6 +ack | -
permit tcp any any fin rst | tcp 1.1.1.1 5 2.2.2.2 6 +rst | 10
permit tcp any any psh | tcp 1.1.1.1 5 2.2.2.2 6 +psh +ack | 10
permit tcp any any urg | tcp 1.1.1.1 5 2.2.2.2 6 +ack | -
permit tcp any any match-all +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 +syn | 10
permit tcp any any match-all +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 +syn +ack | -
permit tcp any any match-all +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 | -
permit tcp any any match-all +syn +fin | tcp 1.1.1.1 5 2.2.2.2 6 +syn +fin +urg | 10
permit tcp any any match-all +syn +fin | tcp 1.1.1.1 5 2.2.2.2 6 +syn | -
permit tcp any any match-any +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 +syn +ack | 10
permit tcp any any match-any +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 | 10
permit tcp any any match-any +syn -ack | tcp 1.1.1.1 5 2.2.2.2 6 +ack | -
permit tcp any any eq www match-all +syn | tcp 1.1.1.1 5 2.2.2.2 81 +syn | -
permit icmp any any | icmp 1.1.1.1 2.2.2.2 3 1 | 10
permit icmp any any echo | icmp 1.1.1.1 2.2.2.2 8 0 | 10
permit icmp any any echo | icmp 1.1.1.1 2.2.2.2 0 0 | -
permit icmp any any echo-reply | icmp 1.1.1.1 2.2.2.2 0 0 | 10
permit icmp any any unreachable | icmp 1.1.1.1 2.2.2.2 3 13 | 10
permit icmp any any packet-too-big | icmp 1.1.1.1 2.2.2.2 3 4 | 10
permit icmp any any packet-too-big | icmp 1.1.1.1 2.2.2.2 3 3 | -
permit icmp any any administratively-prohibited | icmp 1.1.1.1 2.2.2.2 3 13 | 10
permit icmp any any ttl-exceeded | icmp 1.1.1.1 2.2.2.2 11 0 | 10
permit icmp any any ttl-exceeded | icmp 1.1.1.1 2.2.2.2 11 1 | -
permit icmp any any time-exceeded | icmp 1.1.1.1 2.2.2.2 11 1 | 10
permit icmp any any 3 | icmp 1.1.1.1 2.2.2.2 3 9 | 10
permit icmp any any 5 2 | icmp 1.1.1.1 2.2.2.2 5 2 | 10
permit icmp any any 5 2 | icmp 1.1.1.1 2.2.2.2 5 1 | -
permit icmp any any 40 2 | icmp 1.1.1.1 2.2.2.2 40 2 | 10
permit icmp any any echo | icmp 1.1.1.1 2.2.2.2 8 0 cut=1 | -
permit igmp any any host-query | igmp 1.1.1.1 224.0.0.1 17 0 | 10
permit igmp any any host-query | igmp 1.1.1.1 224.0.0.1 18 0 | -
permit igmp any any 6 | igmp 1.1.1.1 224.0.0.1 22 0 | 10
permit ip any any dscp ef | udp 1.1.1.1 5 2.2.2.2 6 tos=184 | 10
permit ip any any dscp ef | udp 1.1.1.1 5 2.2.2.2 6 tos=187 | 10
permit ip any any dscp ef | udp 1.1.1.1 5 2.2.2.2 6 tos=180 | -
permit ip any any dscp default | udp 1.1.1.1 5 2.2.2.2 6 | 10
permit ip any any dscp af41 | udp 1.1.1.1 5 2.2.2.2 6 tos=136 | 10
permit ip any any precedence critical | udp 1.1.1.1 5 2.2.2.2 6 tos=160 | 10
permit ip any any precedence 5 | udp 1.1.1.1 5 2.2.2.2 6 tos=191 | 10
permit ip any any precedence routine | udp 1.1.1.1 5 2.2.2.2 6 tos=32 | -
permit ip any any tos min-delay | udp 1.1.1.1 5 2.2.2.2 6 tos=16 | 10
permit ip any any tos max-reliability | udp 1.1.1.1 5 2.2.2.2 6 tos=4 | 10
permit ip any any tos normal | udp 1.1.1.1 5 2.2.2.2 6 tos=2 | -
permit ip any any precedence 5 tos 8 | udp 1.1.1.1 5 2.2.2.2 6 tos=176 | 10
permit ip any any ttl eq 1 | udp 1.1.1.1 5 2.2.2.2 6 ttl=1 | 10
permit ip any any ttl eq 1 | udp 1.1.1.1 5 2.2.2.2 6 ttl=2 | -
permit ip any any ttl lt 2 | udp 1.1.1.1 5 2.2.2.2 6 ttl=1 | 10
permit ip any any ttl gt 254 | udp 1.1.1.1 5 2.2.2.2 6 ttl=255 | 10
permit ip any any ttl range 2 5 | udp 1.1.1.1 5 2.2.2.2 6 ttl=6 | -
permit ip any any ttl neq 64 | udp 1.1.1.1 5 2.2.2.2 6 ttl=64 | -
permit ip any any option any-options | 9 1.1.1.1 2.2.2.2 option=lsr | 10
permit ip any any option any-options | 9 1.1.1.1 2.2.2.2 | -
permit ip any any option record-route | 9 1.1.1.1 2.2.2.2 option=record-route | 10
permit ip any any option ssr | 9 1.1.1.1 2.2.2.2 option=lsr | -
# Fragments: a permit with ports lets later ones pass, a deny with ports leaves them to others.
permit tcp any any eq www;deny ip any any | tcp 1.1.1.1 5 2.2.2.2 80 more | 10
permit tcp any any eq www;deny ip any any | tcp 1.1.1.1 5 2.2.2.2 81 more | 20
permit tcp any any eq www;deny ip any any | tcp 1.1.1.1 5 2.2.2.2 81 offset=8 | 10
permit tcp any host 3.3.3.3 eq www;deny ip any any | tcp 1.1.1.1 5 2.2.2.2 80 offset=8 | 20
permit tcp any any eq www | udp 1.1.1.1 5 2.2.2.2 80 offset=8 | -
deny tcp any any eq www;permit ip any any | tcp 1.1.1.1 5 2.2.2.2 80 offset=8 | 20
deny tcp any any;permit ip any any | tcp 1.1.1.1 5 2.2.2.2 80 offset=8 | 10
deny ip any any fragments;permit ip any any | udp 1.1.1.1 5 2.2.2.2 80 offset=8 | 10
deny ip any any fragments;permit ip any any | udp 1.1.1.1 5 2.2.2.2 80 more | 20
deny ip any any fragments;permit ip any any | udp 1.1.1.1 5 2.2.2.2 80 | 20
permit icmp any any echo;deny ip any any | icmp 1.1.1.1 2.2.2.2 0 0 offset=16 | 10
permit tcp any any established;deny ip any any | tcp 1.1.1.1 5 2.2.2.2 80 offset=8 more | 10
permit tcp any any eq www | tcp 1.1.1.1 5 2.2.2.2 80 cut=3 | -
# Numbers decide the order, not the order of typing.
20 permit ip any any;10 deny tcp any any | tcp 1.1.1.1 5 2.2.2.2 80 | 10
20 permit ip any any;10 deny tcp any any | udp 1.1.1.1 5 2.2.2.2 80 | 20
permit ip any any;1 deny tcp any eq telnet any;2 deny tcp any any eq 23 | tcp 1.1.1.1 5 2.2.2.2 23|2
permit ip any any;no 10 | udp 1.1.1.1 5 2.2.2.2 80 | all
remark nothing else | udp 1.1.1.1 5 2.2.2.2 80 | all
remark one;permit tcp any any;remark two | udp 1.1.1.1 5 2.2.2.2 80 | -
# Standard lists look at the source alone.
permit 10.0.0.0 0.0.0.255 | udp 10.0.0.9 5 2.2.2.2 80 | 10
permit 10.0.0.0 0.0.0.255 | udp 10.0.1.9 5 2.2.2.2 80 | -
permit host 10.0.0.1 | 99 10.0.0.1 2.2.2.2 | 10
permit 10.0.0.1 | tcp 10.0.0.1 5 2.2.2.2 80 offset=8 | 10
deny 10.0.0.1;permit any | tcp 10.0.0.2 5 2.2.2.2 80 | 20
deny any | tcp 10.0.0.2 5 2.2.2.2 80 | 10
# Parts that are kept and not simulated match nothing.
evaluate R;deny ip any any | tcp 10.0.0.2 5 2.2.2.2 80 | 20
dynamic D timeout 5 permit ip any any;deny ip any any | tcp 10.0.0.2 5 2.2.2.2 80 | 20
evaluate R | tcp 10.0.0.2 5 2.2.2.2 80 | -
permit tcp any any reflect R | tcp 10.0.0.2 5 2.2.2.2 80 | 10
"""


def cases() -> list[tuple[str, str, str]]:
    lines = [line for line in CASES.splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        text, sent, expected = (part.strip() for part in line.split("|"))
        found.append((text, sent, expected))
    return found


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 120


@pytest.mark.goal("C22", "C23")
@pytest.mark.parametrize(("text", "sent", "expected"), cases())
def test_a_packet_meets_this_entry(text: str, sent: str, expected: str) -> None:
    typed = acl(text)
    program = compiled(typed)
    facts = facts_of(packet(sent))
    row = program.first(facts)
    if row is None:
        assert expected in ("-", "all")
        assert program.permits(facts) is (expected == "all")
    else:
        assert str(row.sequence) == expected
        assert row.is_permit is (typed.entries[row.sequence].action == "permit")


def test_entries_of_a_time_range_that_is_off_are_passed_over() -> None:
    typed = acl("deny tcp any any time-range WORK;permit ip any any")
    assert isinstance(typed, ExtendedAcl)
    facts = facts_of(packet("tcp 1.1.1.1 5 2.2.2.2 80"))
    assert not compiled(typed, {"WORK": True}).permits(facts)
    assert compiled(typed, {"WORK": False}).permits(facts)
    alone = acl("permit tcp any any time-range WORK")
    assert not compiled(alone, {"WORK": False}).permits(facts), "the implicit deny stands"
    assert not compiled(typed, {}).permits(facts), "a range that is not defined is always on"
