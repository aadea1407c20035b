"""What is typed of BGP, what of it is refused, and how it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iosemu.cli.configure import CONFIGURE
from iosemu.cli.sample import sample_command
from iosemu.kernel.rng import Random
from tests.features.shop import Typed, grammar, router

from .typed import VRFS, block, sections, typed

ARTICLE = re.compile(r"^(router bgp \d+|address-family .*|exit-address-family|!| .*)$")


# -- as real routers print it ----


def said_by(made: Typed, lines: list[str]) -> list[str]:
    """What was printed to lines of a block, but for warnings."""
    said = made.type(*lines)
    return [line for line in said if not line.startswith("% Warning")]


def whole(lines: list[str]) -> list[str]:
    """A block as a router prints it: an address family is closed."""
    return [line.rstrip() for line in lines if not line.startswith("host-reach")]


FILES = (
    "configs/20-lv-ios_bgp_path_select_8-spine1.cfg",
    "configs/23-lv-iosxe_undefined_route_map-d1_central.cfg",
    "configs/44-napalm-mixed_with_without_groups.cfg",
    *(
        f"real-networks/ios_add_path/configs/{name}/show_running-config.txt"
        for name in ("as1r1", "as1r2", "as2border", "as2leaf", "as2rr")
    ),
    *(
        f"real-networks/ios_ibgp_split_horizon/configs/{name}/show_running-config.txt"
        for name in ("D1", "D2", "D3")
    ),
    "formats/samples/show_running_config_section_bgp__1.txt",
    "formats/samples/show_running_config_section_bgp__2.txt",
)


@pytest.mark.parametrize("name", FILES)
def test_blocks_of_real_routers_are_printed_as_they_were(shared: Path, name: str) -> None:
    text = (shared / name).read_text(encoding="utf-8", errors="replace")
    found = sections(text.splitlines())
    assert found
    for lines in found:
        made = router("GigabitEthernet1")
        for vrf in ("blue", "green"):
            made.type(*(line.replace("65000:1", f"1:{len(vrf)}") for line in VRFS[1:]))
            made.type(f"vrf definition {vrf}", f" rd 1:{len(vrf)}", *VRFS[2:], "exit")
        made.printed.clear()
        assert said_by(made, lines) == []
        assert block(made) == whole(lines)


def test_a_configuration_with_all_its_defaults_is_taken(shared: Path) -> None:
    text = (shared / "configs/48-batfish-ios_bgp_show_run_all.cfg").read_text(encoding="utf-8")
    made = router()
    for number in (2, 3, 4):
        made.type(f"vrf definition VRF{number}", f"rd 1:{number}", *VRFS[2:4], "exit")
    (lines,) = sections(text.splitlines())
    made.printed.clear()
    assert said_by(made, lines) == []
    assert block(made)[:5] == [
        "router bgp 65000",
        " bgp router-id 1.1.1.1",
        " bgp log-neighbor-changes",
        " !",
        " address-family ipv4 vrf VRF2",
    ]


def articles(shared: Path) -> list[list[str]]:
    """The blocks that the article shows of its routers."""
    lines = (shared / "source/blog.txt").read_text(encoding="utf-8").splitlines()
    part = [line.replace("\xa0", " ") for line in lines[1295:1653]]
    # An empty line ends a block there, a `!` does not.
    return [[l for l in found if l] for found in sections(part)]


def test_the_article_s_configurations_are_printed_as_it_shows_them(shared: Path) -> None:
    blocks = [found for found in articles(shared) if len(found) > 3]
    assert len(blocks) == 7
    for lines in blocks:
        made = router("GigabitEthernet1")
        assert said_by(made, lines) == []
        shown = block(made)
        if any("listen" in line for line in lines):
            # The author typed the limit last; the router has it behind the ranges.
            assert sorted(shown) == sorted(lines)
        else:
            assert shown == lines


# -- in the words of IOS ----


def test_there_is_one_process() -> None:
    made = typed()
    assert made.type("router bgp 2") == ["BGP is already running; AS is 1"]
    assert made.type("no router bgp 2") == ["BGP is already running; AS is 1"]
    assert made.type("no router bgp 1", "router bgp 65536") == []
    assert block(made)[0] == "router bgp 65536"


def test_numbers_of_two_halves_are_printed_as_one() -> None:
    made = router()
    assert made.type("router bgp 1.10", "neighbor 10.0.0.2 remote-as 65535.65535") == []
    assert block(made)[0] == "router bgp 65546"
    assert block(made)[-1] == " neighbor 10.0.0.2 remote-as 4294967295"


REFUSED = [
    (
        "neighbor 10.0.0.2 update-source Loopback0",
        "% Specify remote-as or peer-group commands first",
    ),
    ("neighbor 10.0.0.2 next-hop-self", "% Specify remote-as or peer-group commands first"),
    ("neighbor 10.0.0.2 peer-group PG", "% Create the peer-group first"),
    ("neighbor PG remote-as 2", "% Create the peer-group first"),
    (
        "neighbor EMPTY peer-group\nneighbor 10.0.0.2 peer-group EMPTY",
        "% Specify remote-as or peer-group remote AS first",
    ),
    ("neighbor 1.1.1.1 remote-as 2", "% Cannot configure the local system as neighbor"),
    (
        "neighbor 10.0.0.9 remote-as 2\nneighbor 10.0.0.9 route-reflector-client",
        "% Invalid command. Not an internal neighbor",
    ),
    (
        "neighbor 10.0.0.9 remote-as 1\nneighbor 10.0.0.9 local-as 7",
        "% Local-AS allowed only for eBGP peers",
    ),
    (
        "neighbor 10.0.0.9 remote-as 1\nneighbor 10.0.0.9 remove-private-as",
        "% Private AS cannot be removed for IBGP peers",
    ),
    (
        "neighbor 10.0.0.9 remote-as 2\nneighbor 10.0.0.9 ebgp-multihop\n"
        "neighbor 10.0.0.9 ttl-security hops 2",
        "Remove ebgp-multihop before configuring ttl-security",
    ),
    (
        "neighbor 10.0.0.9 remote-as 2\nno neighbor 10.0.0.9 activate\nneighbor 10.0.0.9 weight 5",
        "% Activate the neighbor for the address family first",
    ),
    (
        "neighbor 10.0.0.9 remote-as 2\naddress-family vpnv4\nneighbor 10.0.0.9 send-community",
        "% Activate the neighbor for the address family first",
    ),
    (
        "address-family ipv6\nneighbor 10.0.0.2 activate",
        "% Specify remote-as or peer-group commands first",
    ),
    ("address-family ipv4 vrf NONE", "% VRF NONE does not exist or does not have a RD."),
    (
        "network 10.0.0.1 mask 255.255.255.0",
        "% BGP: Incorrect network or mask/prefix-length configured",
    ),
    (
        "aggregate-address 10.0.0.0 255.0.255.0",
        "% BGP: Incorrect network or mask/prefix-length configured",
    ),
    (
        "neighbor 10.0.0.9 remote-as 2\nneighbor 10.0.0.9 timers 3 9",
        "% Warning: A hold time of less than 20 seconds increases the chances of peer flapping",
    ),
]


@pytest.mark.parametrize(("lines", "text"), REFUSED)
def test_what_is_wrong_is_said_as_ios_says_it(lines: str, text: str) -> None:
    made = typed(*lines.split("\n")[:-1])
    before = made.running
    assert made.type(lines.split("\n")[-1]) == [text]
    if not text.startswith("% Warning"):
        assert made.running == before


CARETS = [
    ("router bgp 0", 11),
    ("router bgp 4294967296", 11),
    ("router bgp 0.5", 12),
    ("bgp listen limit 0", 17),
    ("bgp scan-time 4", 14),
    ("neighbor 10.0.0.2 remote-as 0", 28),
    ("bgp nexthop trigger delay 101", 26),
    ("neighbor 10.0.0.2 bogus", 18),
]


@pytest.mark.parametrize(("line", "column"), CARETS)
def test_a_caret_is_below_what_is_wrong(line: str, column: int) -> None:
    said = typed().type(line)
    assert said == [" " * column + "^", "% Invalid input detected at '^' marker.", ""]


# -- what comes and goes together ----


def test_a_group_takes_its_members_along() -> None:
    made = typed(
        "neighbor PG peer-group",
        "neighbor PG remote-as 1",
        "neighbor 10.0.0.2 peer-group PG",
        "neighbor 10.0.0.2 weight 5",
        "no neighbor PG peer-group",
    )
    assert block(made) == ["router bgp 1", " bgp log-neighbor-changes"]


def test_members_that_live_on_the_as_of_their_group_go_with_it() -> None:
    made = typed(
        "neighbor PG peer-group",
        "neighbor 10.0.0.3 remote-as 2",
        "neighbor 10.0.0.3 peer-group PG",
        "neighbor PG remote-as 2",
        "neighbor 10.0.0.2 peer-group PG",
        "no neighbor PG remote-as",
    )
    assert block(made)[2:] == [" neighbor PG peer-group"]


def test_a_member_of_a_group_without_an_as_keeps_its_own() -> None:
    made = typed(
        "neighbor PG peer-group",
        "neighbor 10.0.0.3 remote-as 2",
        "neighbor 10.0.0.3 peer-group PG",
        "no neighbor PG peer-group",
    )
    assert block(made)[2:] == [" neighbor 10.0.0.3 remote-as 2"]


def test_a_neighbor_takes_what_families_say_of_it() -> None:
    made = typed(
        "neighbor 10.0.0.2 remote-as 2",
        "address-family vpnv4",
        "neighbor 10.0.0.2 activate",
        "exit",
        "no neighbor 10.0.0.2 remote-as 2",
    )
    assert block(made)[2:] == [" !", " address-family vpnv4", " exit-address-family"]


def test_kinds_of_communities_add_up() -> None:
    made = typed("neighbor 10.0.0.2 remote-as 2", "neighbor 10.0.0.2 send-community")
    made.type("neighbor 10.0.0.2 send-community extended")
    assert block(made)[-1] == " neighbor 10.0.0.2 send-community both"
    made.type("no neighbor 10.0.0.2 send-community")
    assert block(made)[-1] == " neighbor 10.0.0.2 send-community extended"


def test_activation_is_told_where_it_is_not_as_usual() -> None:
    made = typed("neighbor 10.0.0.2 remote-as 2", "neighbor 10.0.0.3 remote-as 3")
    made.type("no neighbor 10.0.0.3 activate")
    assert block(made)[-1] == " no neighbor 10.0.0.3 activate"
    made.type("no bgp default ipv4-unicast", "neighbor 10.0.0.4 remote-as 4")
    assert block(made)[2:] == [
        " no bgp default ipv4-unicast",
        " neighbor 10.0.0.2 remote-as 2",
        " neighbor 10.0.0.2 activate",
        " neighbor 10.0.0.3 remote-as 3",
        " neighbor 10.0.0.4 remote-as 4",
    ]
    made.type("bgp default ipv4-unicast", "address-family ipv4")
    assert block(made)[5:] == [
        " !",
        " address-family ipv4",
        "  neighbor 10.0.0.2 activate",
        "  no neighbor 10.0.0.3 activate",
        "  no neighbor 10.0.0.4 activate",
        " exit-address-family",
    ]


def test_the_mask_of_the_class_is_not_printed() -> None:
    made = typed("network 10.0.0.0 mask 255.0.0.0", "network 192.168.1.77")
    made.type("network 10.0.0.0 mask 255.255.0.0", "network 0.0.0.0")
    assert block(made)[2:] == [
        " network 0.0.0.0",
        " network 10.0.0.0",
        " network 10.0.0.0 mask 255.255.0.0",
        " network 192.168.1.0",
    ]


def test_options_of_redistribution_add_up() -> None:
    made = typed("redistribute static metric 0", "redistribute static route-map M")
    made.type("redistribute ospf 1 match external 2", "redistribute ospf 1 metric 5")
    assert block(made)[2:] == [
        " redistribute static metric 0 route-map M",
        " redistribute ospf 1 metric 5 match external 2",
    ]
    made.type("no redistribute static metric 0", "no redistribute ospf 1")
    assert block(made)[2:] == [" redistribute static route-map M"]


def test_a_password_is_hidden_while_they_are_to_be() -> None:
    made = typed("neighbor 10.0.0.2 remote-as 2", "service password-encryption")
    made.type("router bgp 1", "neighbor 10.0.0.2 password CISCO")
    assert re.fullmatch(r" neighbor 10\.0\.0\.2 password 7 [0-9A-F]{12}", block(made)[-1])


def test_passwords_that_are_there_are_hidden_too() -> None:
    made = typed("template peer-session S", "password ONE", "exit-peer-session")
    made.type("neighbor 10.0.0.2 remote-as 2", "neighbor 10.0.0.2 password CISCO")
    made.type("address-family ipv4 vrf A", "neighbor 10.0.0.3 remote-as 3")
    made.type("neighbor 10.0.0.3 password THREE", "service password-encryption")
    said = [line.split()[-2] for line in block(made) if "password" in line]
    assert said == ["7", "7", "7"]
    assert not any("CISCO" in line or "ONE" in line for line in block(made))


def test_a_vrf_takes_its_families_along() -> None:
    made = typed("address-family ipv4 vrf A", "redistribute connected")
    made.modes = CONFIGURE
    made.type("no vrf definition A")
    assert block(made) == ["router bgp 1", " bgp log-neighbor-changes"]


def test_a_template_that_is_inherited_stays() -> None:
    made = typed("template peer-session S", "remote-as 2", "exit-peer-session")
    made.type("neighbor 10.0.0.2 inherit peer-session S")
    assert made.type("no template peer-session S") == ["% Peer-session template S is in use"]
    made.type("no neighbor 10.0.0.2 inherit peer-session S", "no template peer-session S")
    assert block(made) == ["router bgp 1", " bgp log-neighbor-changes"]


# -- random lines ----

PEERS = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:DB8::1", "PG", "QG")
FAMILIES = (
    "address-family ipv4",
    "address-family ipv6",
    "address-family vpnv4",
    "address-family ipv4 vrf A",
    "address-family ipv6 vrf A",
    "template peer-session T",
    "template peer-policy T",
)
MAKING = (
    "neighbor PG peer-group",
    "neighbor QG peer-group",
    "neighbor PG remote-as 1",
    "neighbor QG remote-as 7",
    "neighbor 10.0.0.1 remote-as 1",
    "neighbor 10.0.0.2 remote-as 7",
    "neighbor 10.0.0.2 peer-group QG",
    "neighbor 10.0.0.3 peer-group PG",
    "neighbor 2001:DB8::1 remote-as 1",
    "neighbor 10.0.0.1 activate",
    "neighbor 2001:DB8::1 activate",
    "neighbor PG activate",
    "no neighbor 10.0.0.1 activate",
    "no neighbor PG",
    "no neighbor QG remote-as",
)


def filled(seed: int) -> Typed:
    """BGP after random lines, many of them about the same few neighbors."""
    random = Random.named(seed, "bgp fixed point")
    made = typed()
    for _ in range(150):
        if random.random() < 0.15 or made.modes == CONFIGURE:
            made.modes = CONFIGURE
            made.type("router bgp 1")
            if random.random() < 0.6:
                made.type(random.choice(FAMILIES))
        if random.random() < 0.3:
            made.type(random.choice(MAKING))
            continue
        sampled = sample_command(grammar(), made.modes, random)
        words = sampled[1].split() if sampled is not None else ["!"]
        if "neighbor" in words[:2]:
            words[words.index("neighbor") + 1] = random.choice(PEERS)
        made.type(" ".join(words))
    return made


@pytest.mark.parametrize("seed", range(30))
def test_what_is_printed_is_read_again(seed: int) -> None:
    made = filled(seed)
    again = router("GigabitEthernet1")
    assert said_by(again, made.running) == []
    assert again.running == made.running
