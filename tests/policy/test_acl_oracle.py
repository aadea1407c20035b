"""Random lists and packets: the compiled matcher against a naive one that reads words and bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.policy.acl import ExtendedAcl, ExtendedEntry, entry_text
from iosemu.policy.acl_match import compiled
from iosemu.policy.acl_names import ICMP_MESSAGES, PROTOCOLS, TCP_PORTS
from iosemu.stack.access import facts_of
from iosemu.wire.ipv4 import IPv4
from tests.features.shop import router

from .lists import lists

ADDRESSES = ("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.1.1")
WILDCARDS = ("0.0.0.0", "0.0.0.1", "0.0.0.255", "0.0.255.0", "255.255.255.255", "0.255.0.254")
PORTS = (0, 22, 23, 80, 65535)
FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg")

addresses = st.sampled_from(ADDRESSES).map(IPv4Address.parse)
wildcards = st.sampled_from(WILDCARDS).map(IPv4Address.parse)
ports = st.sampled_from(PORTS)
now_and_then = st.sampled_from([False] * 7 + [True])


@st.composite
def sides(draw: st.DrawFn, side: str, has_ports: bool) -> dict[str, object]:
    found: dict[str, object] = {}
    kind = draw(st.sampled_from(["any", "any", "any", "host", "wildcard"]))
    if kind != "any":
        found[side] = draw(addresses)
    if kind == "wildcard":
        found[f"{side}_wildcard"] = draw(wildcards)
    operator = draw(st.sampled_from([None, "eq", "neq", "lt", "gt", "range"]))
    if has_ports and operator is not None:
        found[f"{side}_operator"] = operator
        if operator in ("eq", "neq"):
            found[f"{side}_ports"] = tuple(draw(st.lists(ports, min_size=1, max_size=3)))
        else:
            found[f"{side}_low"] = draw(ports)
            if operator == "range":
                found[f"{side}_high"] = draw(ports)
    return found


@st.composite
def entries(draw: st.DrawFn) -> ExtendedEntry:
    protocol = draw(st.sampled_from(["tcp", "tcp", "tcp", "udp", "udp", "icmp", "ip", "gre", 99]))
    has_ports = protocol in ("tcp", "udp")
    values = {**draw(sides("source", has_ports)), **draw(sides("destination", has_ports))}
    if protocol == "icmp" and draw(st.booleans()):
        values["message"] = draw(st.sampled_from(["echo", "unreachable", "port-unreachable"]))
    if protocol == "tcp":
        values["established"] = draw(now_and_then)
        if draw(now_and_then):
            values["flags_match"] = draw(st.sampled_from(["match-all", "match-any"]))
            words = st.sampled_from([sign + flag for flag in FLAGS for sign in "+-"])
            values["flags"] = tuple(draw(st.lists(words, min_size=1, max_size=3)))
    for name, choice in (("dscp", 46), ("precedence", 5), ("tos", 8)):
        if draw(now_and_then):
            values[name] = choice
    if draw(now_and_then):
        values["ttl_operator"], values["ttl_low"] = draw(st.sampled_from(["lt", "gt"])), 64
    if not has_ports and "message" not in values:
        values["fragments"] = draw(now_and_then)
    action = draw(st.sampled_from(["permit", "deny"]))
    return ExtendedEntry(action=action, protocol=protocol, **values)  # type: ignore[arg-type]


packets = st.builds(
    IPv4,
    st.sampled_from([0, 184, 160, 176, 16]),
    st.just(1),
    st.just(False),
    st.just(False),
    st.booleans(),
    st.sampled_from([0, 0, 0, 8]),
    st.sampled_from([1, 63, 64, 65]),
    st.sampled_from([6, 6, 6, 17, 17, 1, 47, 99]),
    addresses,
    addresses,
    st.just(b""),
    st.one_of(
        st.builds(
            lambda source, target, flags: (
                source.to_bytes(2, "big") + target.to_bytes(2, "big") + bytes(9) + bytes([flags, 0])
            ),
            ports,
            ports,
            st.sampled_from([2, 4, 16, 18, 1, 63, 0]),
        ),
        st.builds(
            lambda source, target: source.to_bytes(2, "big") + target.to_bytes(2, "big"),
            ports,
            ports,
        ),
        st.sampled_from([b"", b"\x08\x00" + bytes(6), b"\x03\x03" + bytes(6), b"\x03\x01"]),
    ),
)


# -- the naive matcher: the words of `show access-lists`, and the bytes of the packet ----


def dotted(text: str) -> list[int]:
    return [int(n) for n in text.split(".")]


def is_within(address: list[int], words: list[str]) -> bool:
    """Takes the words of one side's address off the front."""
    first = words.pop(0)
    if first == "any":
        return True
    if first == "host":
        return address == dotted(words.pop(0))
    wild = dotted(words.pop(0))
    return all(a | w == b | w for a, b, w in zip(address, dotted(first), wild, strict=True))


def port_fits(port: int | None, words: list[str]) -> bool | None:
    """Takes an operator and its ports off the front, None if there is none."""
    if not words or words[0] not in ("eq", "neq", "lt", "gt", "range"):
        return None
    operator = words.pop(0)
    numbers = []
    while words and (words[0].isdigit() or words[0] in TCP_PORTS):
        word = words.pop(0)
        numbers.append(int(word) if word.isdigit() else TCP_PORTS[word])
    if port is None:
        return False
    match operator:
        case "eq":
            return port in numbers
        case "neq":
            return port not in numbers
        case "lt":
            return port < numbers[0]
        case "gt":
            return port > numbers[0]
    return sorted(numbers)[0] <= port <= sorted(numbers)[1]


def naive(text: str, data: bytes) -> bool | None:
    """The verdict of one line on a datagram, None if it does not match."""
    action, protocol, *words = text.split()
    number = int(protocol) if protocol.isdigit() else PROTOCOLS[protocol]
    if number not in (0, data[9]):
        return None
    is_later = (data[6] & 0x1F) << 8 | data[7]
    rest = b"" if is_later else data[20:]
    is_ports = number in (6, 17) and len(rest) >= 4
    numbers = [rest[0] << 8 | rest[1], rest[2] << 8 | rest[3]] if is_ports else [None, None]
    flags = rest[13] if number == 6 and len(rest) > 13 else None
    low = [is_within(list(data[12:16]), words)]
    high = [port_fits(numbers[0], words)]
    low.append(is_within(list(data[16:20]), words))
    high.append(port_fits(numbers[1], words))
    while words:
        word = words.pop(0)
        match word:
            case "established":
                high.append(flags is not None and bool(flags & 0x14))
            case "match-all" | "match-any":
                tests = []
                while words and words[0][0] in "+-":
                    wanted = words.pop(0)
                    if flags is not None:
                        is_set = bool(flags >> FLAGS.index(wanted[1:]) & 1)
                        tests.append(is_set == (wanted[0] == "+"))
                high.append(bool(tests) and (all if word == "match-all" else any)(tests))
            case "dscp":
                low.append(data[1] >> 2 == {"ef": 46}[words.pop(0)])
            case "precedence":
                low.append(data[1] >> 5 == {"critical": 5}[words.pop(0)])
            case "tos":
                low.append(data[1] & 0x1E == {"min-delay": 16}[words.pop(0)])
            case "ttl":
                less = words.pop(0) == "lt"
                ttl = int(words.pop(0))
                low.append(data[8] < ttl if less else data[8] > ttl)
            case "log":
                pass
            case "fragments":
                low.append(is_later > 0)
            case _:
                type_, code = ICMP_MESSAGES[word]
                fits = len(rest) >= 2 and rest[0] == type_ and code in (None, rest[1])
                high.append(fits)
    asked = [h for h in high if h is not None]
    if not all(low):
        return None
    if asked and is_later:
        return True if action == "permit" else None
    return (action == "permit") if all(asked) else None


def verdict(lines: list[str], data: bytes) -> bool:
    found = [v for line in lines if (v := naive(line, data)) is not None]
    return found[0] if found else not lines


@given(st.lists(entries(), max_size=6), st.lists(packets, min_size=6, max_size=16))
@settings(max_examples=800, deadline=None)
def test_a_naive_matcher_agrees(given_entries: list[ExtendedEntry], sent: list[IPv4]) -> None:
    listed = Entries({10 * n + 10: entry for n, entry in enumerate(given_entries)})
    program = compiled(ExtendedAcl(listed))
    lines = [entry_text(entry) for entry in given_entries]
    for datagram in sent:
        assert program.permits(facts_of(datagram)) is verdict(lines, datagram.emit()), (
            lines,
            datagram,
        )


@given(st.lists(entries(), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_the_text_of_an_entry_typed_again_is_that_entry(given_entries: list[ExtendedEntry]) -> None:
    typed = router()
    lines = [entry_text(entry) for entry in given_entries]
    assert typed.type("ip access-list extended T", *lines) == []
    found = lists(typed).find("T")
    assert found is not None
    assert list(found.entries.values()) == list(dict.fromkeys(given_entries))
