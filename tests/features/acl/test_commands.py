"""What the commands of access lists refuse, print, number and keep."""

from __future__ import annotations

from pathlib import Path

import pytest

import iosemu

from ...policy.lists import lists
from ..samples import sample
from ..shop import router

GETVPN = """\
ip access-list extended getvpn-acl
 deny   udp any eq 848 any
 deny   udp any any eq 848
 deny   tcp any eq bgp any
 deny   tcp any any eq bgp
 permit ip any any"""


def numbered(typed: str) -> list[str]:
    """The entries of list T after lines."""
    made = router()
    assert made.type("ip access-list extended T", *typed.split(";")) == []
    found = lists(made).find("T")
    assert found is not None
    return [str(n) for n in sorted(found.entries)]


@pytest.mark.goal("C22")
def test_entries_are_numbered_by_ten_and_can_be_put_between() -> None:
    assert numbered("permit tcp any any;permit udp any any") == ["10", "20"]
    assert numbered("permit tcp any any;5 permit udp any any;permit ospf any any") == [
        "5",
        "10",
        "20",
    ]
    assert numbered("7 permit tcp any any;permit udp any any") == ["7", "17"]
    assert numbered("permit tcp any any;permit udp any any;no 10") == ["20"]
    assert numbered("permit tcp any any;permit tcp any any") == ["10"], "a second equal one"
    assert numbered("permit tcp any any;no permit tcp any any") == []
    assert numbered("10 permit tcp any any;10 permit tcp any any") == ["10"]


def test_a_number_that_is_taken_is_refused() -> None:
    made = router()
    printed = made.type("ip access-list extended T", "10 permit tcp any any", "10 deny ip any any")
    assert printed == ["% Duplicate sequence number", "%Failed to add ace to access-list"]
    assert made.block("ip access-list extended T") == [
        "ip access-list extended T",
        " permit tcp any any",
    ]


def test_new_numbers_and_their_limit() -> None:
    made = router()
    made.type("ip access-list extended T", "permit tcp any any", "permit udp any any")
    assert made.type("ip access-list resequence T 100 5") == []
    found = lists(made).find("T")
    assert found is not None
    assert sorted(found.entries) == [100, 105]
    assert made.type("ip access-list resequence T 2147483647 1") == [
        "% Exceeded maximum sequence number"
    ]
    assert lists(made).find("T") == found


def test_a_name_is_of_one_kind_and_no_number_of_another() -> None:
    made = router()
    made.type("ip access-list extended T")
    assert made.type("ip access-list standard T") == ["Access-list type conflicts prior definition"]
    assert made.type("ip access-list standard 150") == ["% Invalid access list name."]
    assert made.type("ip access-list extended 50") == ["% Invalid access list name."]


def test_lists_are_printed_in_the_order_of_ios() -> None:
    made = router()
    made.type(
        "access-list 101 permit tcp any any eq 179",
        "access-list 10 permit 192.168.11.3",
        "ip prefix-list P permit 10.0.0.0/8 le 24",
        "ip access-list extended B",
        " deny ip any any",
        "ip access-list standard A",
        " deny 10.0.0.9 0.0.0.0",
        " permit 10.1.2.3 0.0.0.255 log",
        "time-range W",
        " periodic weekdays 8:00 to 17:00",
    )
    running = [line for line in made.running if line != "!"]
    start = running.index("ip access-list standard A")
    assert running[start : start + 6] == [
        "ip access-list standard A",
        " deny   10.0.0.9",
        " permit 10.1.2.0 0.0.0.255 log",
        "ip access-list extended B",
        " deny   ip any any",
        "ip prefix-list P seq 5 permit 10.0.0.0/8 le 24",
    ]
    start = running.index("access-list 10 permit 192.168.11.3")
    assert running[start + 1] == "access-list 101 permit tcp any any eq bgp"
    assert running[-2:] == ["time-range W", " periodic weekdays 8:00 to 17:00"]


@pytest.mark.parametrize("number", [1, 2])
def test_every_list_of_a_captured_configuration_is_taken_and_printed_alike(number: int) -> None:
    captured = sample(f"show_running_config_partition_access_list__{number}.txt")
    wanted = (" ", "ip access-list", "access-list")
    lines = [line.rstrip() for line in captured if line.startswith(wanted)]
    assert len(lines) > 100
    made = router()
    # An entry that is there already is not entered again; everything else is taken as it is.
    assert made.type(*lines) == []
    printed = [line.strip() for line in made.running]
    masked = {
        "access-list 199 permit tcp 10.16.5.19 0.0.0.0 any eq 80": (
            "access-list 199 permit tcp host 10.16.5.19 any eq www"
        ),
        "access-list 198 permit tcp 10.16.5.19 0.0.0.0 any eq 80": (
            "access-list 198 permit tcp host 10.16.5.19 any eq www"
        ),
        "access-list 102 permit tcp host 10.1.1.1 eq ftp any eq tacacs time-range test log": (
            "access-list 102 permit tcp host 10.1.1.1 eq ftp any eq tacacs log time-range test"
        ),
    }
    for line in lines:
        assert masked.get(line.strip(), line.strip()) in printed


# -- in a lab ----


@pytest.fixture
def lab() -> iosemu.Lab:
    """The lab `hello`, booted and quiet."""
    made = iosemu.load("hello")
    made.boot()
    made.run_for(30)
    return made


def article(shared: Path, first: int, last: int) -> list[str]:
    lines = (shared / "source" / "blog.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\xa0", " ").rstrip() for line in lines[first - 1 : last]]


@pytest.mark.goal("C22")
@pytest.mark.parametrize(
    "lines", [(76, 81), (143, 148), (555, 560), (758, 760), (787, 788), (1090, 1091)]
)
def test_a_list_of_the_article_is_printed_as_typed(
    lab: iosemu.Lab, shared: Path, lines: tuple[int, int]
) -> None:
    typed = article(shared, *lines)
    typed = [line if n == 0 else f" {line.strip()}" for n, line in enumerate(typed)]
    assert lab["R1"].configure("\n".join(typed)) == ""
    assert lab["R1"].cli(f"show running-config | section {typed[0].split()[-1]}") == "\n".join(
        typed
    )


@pytest.mark.goal("C22", "K3")
def test_the_edits_of_the_article(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure(GETVPN)
    session = lab.open("R1")
    screen = []
    lab.listen(session, screen.append)
    for line in (
        "enable",
        "configure terminal",
        "ip access-list extended getvpn-acl",
        "1 deny tcp any eq telnet any",
        "2 deny tcp any any eq telnet",
        "end",
    ):
        lab.type(session, line.encode() + b"\r")
    lab.run_for(2)
    text = b"".join(screen).decode()
    assert "(config-ext-nacl)#1 deny tcp any eq telnet any" in text
    assert r1.cli("show access-lists getvpn-acl").splitlines() == [
        "Extended IP access list getvpn-acl",
        "    1 deny tcp any eq telnet any",
        "    2 deny tcp any any eq telnet",
        "    10 deny udp any eq 848 any",
        "    20 deny udp any any eq 848",
        "    30 deny tcp any eq bgp any",
        "    40 deny tcp any any eq bgp",
        "    50 permit ip any any",
    ]
    r1.configure("ip access-list ext getvpn-acl\nno 1\nno 2")
    printed = r1.cli("show running-config | section getvpn-acl")
    assert printed == GETVPN


@pytest.mark.goal("C23")
def test_the_numbered_lists_of_the_article(lab: iosemu.Lab, shared: Path) -> None:
    typed = [line.split("#", 1)[1].split("!")[0] for line in article(shared, 944, 948) if line]
    assert lab["R1"].configure("\n".join(typed)) == ""
    assert lab["R1"].cli("show access-lists").splitlines() == [
        "Standard IP access list 10",
        "    10 permit 192.168.11.3",
        "    20 permit 192.168.12.3",
        "Standard IP access list 20",
        "    10 permit 192.168.13.2",
        "    20 permit 192.168.14.2",
    ]


def test_a_list_filters_and_counts_on_a_running_router(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    r1.cli("ping 2.2.2.2")
    r2.configure(
        "ip access-list extended T\n deny icmp any host 2.2.2.2 echo log\n permit ip any any\n"
        "interface e0/0\n ip access-group T in"
    )
    assert r1.cli("ping 2.2.2.2 repeat 3 timeout 1").splitlines()[2] == "U.U"
    assert "!!!!!" in r1.cli("ping 10.0.12.2")
    assert r2.cli("show ip access-lists interface e0/0").splitlines()[1:] == [
        "    10 deny icmp any host 2.2.2.2 echo log (3 matches)",
        "    20 permit ip any any (5 matches)",
    ]
    assert "%SEC-6-IPACCESSLOGDP: list T denied icmp 10.0.12.1 -> 2.2.2.2 (8/0), 1 packet" in (
        r2.cli("show logging")
    )
    r2.cli("clear access-list counters T")
    assert "matches" not in r2.cli("show access-lists")
    shown = r2.cli("show ip interface e0/0")
    assert "  Inbound  access list is T\n" in shown
    assert "  Input features: Access List, MCI Check\n" in shown
    r2.configure("no ip access-list extended T")
    assert r1.cli("ping 2.2.2.2").splitlines()[2] == "!!!!!"
    assert "ip access-group T in" in r2.cli("show running-config interface e0/0")


def test_counters_and_the_log_survive_a_snapshot(lab: iosemu.Lab) -> None:
    lab["R1"].cli("ping 2.2.2.2")
    lab["R2"].configure(
        "ip access-list extended T\n permit icmp any any log\n permit ip any any\n"
        "interface e0/0\n ip access-group T in"
    )
    lab["R1"].cli("ping 2.2.2.2 repeat 7")
    copy = iosemu.restore(lab.snapshot())
    shown = []
    for each in (lab, copy):
        each["R1"].cli("ping 2.2.2.2 repeat 2")
        each.run_for(300)
        shown.append((each["R2"].cli("show access-lists"), each["R2"].cli("show logging")))
    assert "10 permit icmp any any log (9 matches)" in shown[0][0]
    assert "-> 2.2.2.2 (8/0), 8 packets" in shown[0][1]
    assert shown[0] == shown[1]
    assert lab.digest == copy.digest
