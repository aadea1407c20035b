"""A small grammar of everyday shapes and helpers to type at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.cli.configure import CONFIGURE, Modes, Outcome, configure_line
from iosemu.cli.grammar import Grammar
from iosemu.config.entries import Entries
from iosemu.config.tree import Config


@dataclass(frozen=True, slots=True)
class Address:
    address: IPv4Address
    mask: IPv4Address


@dataclass(frozen=True, slots=True)
class Port:
    """An interface."""

    description: str | None = None
    address: Address | None = None
    secondaries: Entries[IPv4Address, Address] = field(default_factory=Entries)
    redirects: bool = True
    mtu: int = 1500
    keepalive: int | None = 10
    shutdown: bool = False
    slots: Entries[str, object] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class PortExtra:
    SLOT: ClassVar[str] = "extra"
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Neighbor:
    remote: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Router:
    neighbors: Entries[IPv4Address, Neighbor] = field(default_factory=Entries)
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    action: str
    source: IPv4Address


@dataclass(frozen=True, slots=True)
class Route:
    next_hop: IPv4Address | None = None
    interface: str | None = None
    distance: int = 1
    name: str | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Small:
    SLOT: ClassVar[str] = "small"
    hostname: str = "Router"
    cef: bool = True
    domain: str | None = None
    servers: tuple[IPv4Address, ...] = ()
    ports: Entries[str, Port] = field(default_factory=Entries)
    routers: Entries[int, Router] = field(default_factory=Entries)
    rules: Entries[int, Rule] = field(default_factory=Entries)
    routes: Entries[tuple[IPv4Address, IPv4Address, IPv4Address | None, str | None], Route] = field(
        default_factory=Entries
    )


GRAMMAR = """\
mode config title "Configure"

slot small : Small

small.hostname: [no] hostname WORD:name
    sets    small.hostname
    prints  always
    ? hostname                  Set system's network name
    ? hostname WORD             This system's network name

small.cef: [no] ip cef
    sets    small.cef
    ? ip                        Global IP configuration subcommands
    ? ip cef                    Cisco Express Forwarding

small.domain: [no] ip domain name WORD:name
    sets    small.domain
    prints  no
    ? ip domain                 IP DNS Resolver
    ? domain name               Define the default domain name
    ? name WORD                 Default domain name

small.domain.old: [no] ip domain-name WORD:name
    alias   of small.domain
    ? ip domain-name            Define the default domain name
    ? domain-name WORD          Default domain name

small.servers: [no] ip name-server A.B.C.D+:servers
    appends small.servers
    ? ip name-server            Specify address of name server to use
    ? name-server A.B.C.D       Domain server IP address

small.port: [no] interface INTERFACE:name
    sets    small.ports[name]
    order   key
    enters  port
    ? interface                 Select an interface to configure

small.router: [no] router <1-65535>:number
    sets    small.routers[number]
    order   key
    enters  router
    ? router                    Enable a routing process
    ? router <1-65535>          Autonomous system number

small.route: [no] ip route A.B.C.D:prefix A.B.C.D:mask {
        A.B.C.D:next_hop | INTERFACE:interface [A.B.C.D:next_hop]
    } *(<1-255>:distance | name WORD:name | permanent)
    sets    small.routes[prefix, mask, next_hop, interface]
    ? ip route                  Establish static routes
    ? route A.B.C.D             Destination prefix
    ? A.B.C.D A.B.C.D           Destination prefix mask
    ? A.B.C.D A.B.C.D A.B.C.D   Forwarding router's address
    ? <1-255>                   Distance metric for this route
    ? name                      Specify name of the next hop
    ? name WORD                 Name of the next hop
    ? permanent                 Permanent route

small.route.all: no ip route A.B.C.D:prefix A.B.C.D:mask
    removes small.routes where prefix=, mask=

small.rule: [no] [<1-1000>:sequence] {permit | deny}:action A.B.C.D:source
    sets    small.rules[sequence auto 10 step 10]
    order   key
    matches value
    ? <1-1000>                  Sequence number
    ? permit                    Specify packets to forward
    ? deny                      Specify packets to reject
    ? A.B.C.D                   Address to match

small.rule.delete: no <1-1000>:sequence
    deletes small.rules[sequence]

mode port under config prompt "(config-subif)#" for "*.*" "(config-if)#" context Port

mode port title "Interface configuration"

slot extra : PortExtra

port.description: [no] description LINE:text
    sets    description
    ? description               Interface specific description
    ? description LINE          Up to 200 characters describing this interface

port.secondary: [no] ip address A.B.C.D:address A.B.C.D:mask secondary
    sets    secondaries[address]
    ? ip                        Interface Internet Protocol config commands
    ? ip address                Set the IP address of an interface
    ? address A.B.C.D           IP address
    ? A.B.C.D A.B.C.D           IP subnet mask
    ? secondary                 Make this IP address a secondary address

port.address: [no] ip address A.B.C.D:address A.B.C.D:mask
    sets    address
    prints  no

port.redirects: [no] ip redirects
    sets    redirects
    ? ip redirects              Enable sending ICMP Redirect messages

port.mtu: [no] mtu <64-18000>:mtu
    sets    mtu
    ? mtu                       Set the interface Maximum Transmission Unit (MTU)
    ? mtu <64-18000>            MTU size in bytes

port.keepalive: [no] keepalive <0-32767>:seconds
    sets    keepalive
    ? keepalive                 Enable keepalive
    ? keepalive <0-32767>       Keepalive period (default 10 seconds)

port.colour: [no] colour {red | green | dark-green}:colour
    sets    extra.colour
    inert
    ? colour                    Paint the connector
    ? colour red                Red
    ? colour green              Green
    ? colour dark-green         Dark green

port.shutdown: [no] shutdown
    sets    shutdown
    ? shutdown                  Shutdown the selected interface

mode router under config prompt "(config-router)#" context Router

router.remote: [no] neighbor A.B.C.D:address remote-as <1-65535>:number
    sets    neighbors[address].remote
    ? neighbor                  Specify a neighbor router
    ? neighbor A.B.C.D          Neighbor address
    ? A.B.C.D remote-as         Specify a BGP neighbor
    ? remote-as <1-65535>       AS of remote neighbor

router.description: [no] neighbor A.B.C.D:address description LINE:text
    sets    neighbors[address].description
    ? A.B.C.D description       Neighbor specific description
    ? description LINE          Up to 80 characters describing this neighbor

router.family: [no] address-family ipv4
    sets    family
    enters  router-af
    ? address-family            Enter Address Family command mode
    ? address-family ipv4       Address family

mode router-af under router prompt "(config-router-af)#" context Family closes exit-address-family

family.maximum: [no] maximum-paths <1-32>:paths
    sets    maximum
    ? maximum-paths             Forward packets over multiple paths
    ? maximum-paths <1-32>      Number of paths

mode exec

small.show.interfaces: show interfaces [INTERFACE:name]
    ? show                      Show running system information
    ? show interfaces           Interface status and configuration

small.show.inventory: show inventory
    ? show inventory            Show the physical inventory

small.show.ip: show ip route
    ? show ip                   IP information
    ? ip route                  IP routing table

small.secret: secret <0-9999>:code
    privilege 15
    ? secret                    For the privileged
    ? secret <0-9999>           Any number

small.old: fossil
    until 12.4
    ? fossil                    Only old releases have it
"""

CLASSES: dict[str, type] = {c.__name__: c for c in (Small, Port, PortExtra, Router, Family)}


def small() -> Grammar:
    return Grammar.of([("small.cli", GRAMMAR)], CLASSES)


def type_lines(
    grammar: Grammar, text: str, config: Config | None = None, modes: Modes = CONFIGURE
) -> Outcome:
    """The outcome of the last line; all lines before it must be taken."""
    outcome = Outcome(config or Config(), modes)
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        assert outcome.failure is None, outcome
        outcome = configure_line(grammar, outcome.config, outcome.modes, line)
    return outcome
