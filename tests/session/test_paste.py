"""The marks that terminals and pages leave on a line, one by one."""

from __future__ import annotations

import pytest

from iosemu.session.paste import clean, is_prose, without_notes


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("\u00a0 address ipv4 10.0.0.1\r", "  address ipv4 10.0.0.1"),
        ("R1(config)#interface e0/0", "interface e0/0"),
        ("R1(config-if)# no shutdown", " no shutdown"),
        ("KS1(gdoi-local-server)#rekey retransmit 40", "rekey retransmit 40"),
        (" --More-- \x08\x08\x08\x08\x08        \x08\x08\x08\x08 description x", " description x"),
        ("--More-- ip cef", "ip cef"),
        ("\ufeffhostname R1", "hostname R1"),
        ("banner motd \u201cHi\u201d", 'banner motd "Hi"'),
        ("  description a  b", "  description a  b"),
        ("description to R2:", "description to R2:"),
        ("description -> R2", "description -> R2"),
        ("description foo#bar (baz) ! no note", "description foo#bar (baz) ! no note"),
    ],
)
def test_the_command_is_found_in_a_line(raw: str, typed: str) -> None:
    line = clean(1, raw)
    assert line.typed == typed
    assert line.skipped is None
    assert bool(line.changes) == (typed != raw.rstrip("\r"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", ""),
        ("! a note", "comment"),
        ("Building configuration...", "header"),
        ("Current configuration : 152 bytes", "header"),
        ("Using 1523 out of 262136 bytes, uncompressed size = 2432 bytes", "header"),
        ("Enter configuration commands, one per line.  End with CNTL/Z.", "header"),
        ("*Jan  2 18:10:37.203: %CRYPTO-5-GM_REGSTER: Start", "log line"),
        ("00:00:12: %SYS-5-CONFIG_I: Configured from console", "log line"),
        ("(this is all on R1)", "remark"),
        ("https://www.example.com/a-page", "remark"),
        ("=========", "remark"),
        ("% Key pair import succeeded.", "output"),
        ("*Sep 17 22:59:03.552: RT: no routes to 4.4.4.4, delayed flush", "log line"),
        ("R1#", "prompt"),
        ("R1(config)#! now the other side", "prompt"),
    ],
)
def test_a_line_that_is_no_command_is_known(raw: str, reason: str) -> None:
    assert clean(1, raw).skipped == reason


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("ip cef (default)", ["(default)"]),
        ("ip cef ! fast", ["! fast"]),
        ("ip cef <- fast", ["<- fast"]),
        ("ip cef <--- fast", ["<--- fast"]),
        ("int lo0 ! the next hop (of R1)", ["(of R1)", "! the next hop (of R1)"]),
        ("ip cef", []),
        ("(all)", []),
    ],
)
def test_a_note_behind_a_command_is_told_apart(typed: str, notes: list[str]) -> None:
    assert [note for _, note in without_notes(typed)] == notes


@pytest.mark.parametrize(
    ("typed", "prose"),
    [
        ("We started attempting registration to the KS, and it is up", True),
        ("Remember that ACL we put on the key-server? It's downloaded:", True),
        ("KS2 (a while later):", True),
        ("R1 -> R4's 4.4.4.4", True),
        ("- Listen to multiple ranges", True),
        ("Foo bar", False),
        ("neighbor 10.0.0.1 remote-as 65000 shutdown graceful 10 local", False),
        ("access-list 100 permit tcp any host 10.0.0.1 eq www log-input", False),
        ("ip nat inside source list 1 interface Ethernet0/0 overload", False),
    ],
)
def test_a_sentence_is_no_command(typed: str, prose: bool) -> None:
    assert is_prose(typed) is prose
