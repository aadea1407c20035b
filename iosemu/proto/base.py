"""The contract between an engine and the router it runs on: inputs, actions, messages.

An engine owns its state and asks for everything else by returning actions.  A job (ping,
traceroute) is an engine that a terminal waits for: it may also return `Print` and `Done`.  A
conversation (telnet) is a job that takes the keys, and goes on while its terminal does other
things.
Everything here is a frozen value, so that inputs and actions can be recorded, compared and pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

from iosemu.address import (
    Address,
    IPv4Address,
    IPv6Address,
    IPv6Interface,
    MacAddress,
    Prefix,
)
from iosemu.config.tree import Config
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time, TimerFired, TimerKey
from iosemu.rib.route import Route, RouteFilter, RouteKey

from .lines import LineAction

__all__ = ["Time", "TimerFired", "TimerKey"]

DEFAULT_VRF = "default"


# -- sockets: what an engine may open; a value, so it is its own key ----


@dataclass(frozen=True, slots=True)
class IpProtocol:
    """Every datagram to this router of this IP protocol number."""

    number: int


@dataclass(frozen=True, slots=True)
class Udp:
    """UDP port of this router."""

    port: int


@dataclass(frozen=True, slots=True)
class IcmpEcho:
    """ICMP echo replies with this identifier, and errors about echoes sent with it."""

    identifier: int


@dataclass(frozen=True, slots=True)
class TcpListen:
    """TCP port on which connections are accepted; with `peer` only those of this address, or of
    this range (BGP).  A connection is taken by the listener that names its peer, else by that of
    the smallest range that holds it, else by the one that names none."""

    port: int
    peer: Address | Prefix | None = None


@dataclass(frozen=True, slots=True)
class LinkFrames:
    """Every frame with this Cisco SNAP protocol number (0x2000: CDP) at any port of hardware,
    whatever its VRF: open it in the default one.  Frames with an 802.1Q tag are not meant.

    On a serial line the number is that of its encapsulation, but CDP has 0x2000 on PPP too."""

    protocol: int


Socket = IpProtocol | Udp | IcmpEcho | TcpListen | LinkFrames


# -- TCP: what both ends of a connection may set ----

TELNET_WINDOW_BYTES = 4128
BGP_WINDOW_BYTES = 16384
INTERNETWORK_CONTROL = 0xC0


@dataclass(frozen=True, slots=True)
class TcpOptions:
    """How one connection, or those of one listener, differ from others.

    `mss_bytes` None: as IOS chooses; it only lowers.  `window_bytes` None: `ip tcp window-size`.
    `minimum_ttl`: segments with a lower one are dropped (RFC 5082).  `password`: TCP MD5 (RFC
    2385).  `path_mtu` None: `ip tcp path-mtu-discovery`.  `nagle` None: `service nagle`.
    `tty`: the line that debug output names.  `timeout_s`: of an active open, `ip tcp synwait-time`
    if None.
    """

    ttl: int = 255
    tos: int = INTERNETWORK_CONTROL
    mss_bytes: int | None = None
    window_bytes: int | None = None
    minimum_ttl: int = 0
    password: str | None = None
    path_mtu: bool | None = None
    nagle: bool | None = None
    keepalives: bool = False
    tty: int = 0
    timeout_s: int | None = None
    asks: bool = False
    """Listener only: the owner gets `TcpAsked` for each SYN, and answers `TcpAccept`, or
    `TcpAbort`, which refuses as a closed port does."""
    all_vrfs: bool = False
    """Listener of the default VRF only: it also takes connections of VRFs that have no own one."""


class TcpReason(Enum):
    """Why a connection is no more."""

    CLOSED = "closed"
    """Both ends said that they have no more to send."""
    REFUSED = "refused"
    """A reset answered the SYN."""
    RESET = "reset"
    """A reset came later."""
    TIMEOUT = "timed out"
    """Nothing answered."""
    UNREACHABLE = "unreachable"
    """No route, or the network said so while the connection was being opened."""
    NO_BUFFERS = "no buffers"
    """The table of connections is full, or there is no free local port."""
    CLEARED = "cleared"
    """`clear tcp`, or an address that went away."""


# -- inputs ----


@dataclass(frozen=True, slots=True)
class TcpAsked:
    """A SYN to a listener that `asks`; answer with `TcpAccept` or `TcpAbort`."""

    conn: int
    socket: TcpListen
    vrf: str
    local: Address
    local_port: int
    peer: Address
    peer_port: int


@dataclass(frozen=True, slots=True)
class TcpUp:
    """A connection is established.  `conn` names it from now on; it is the number `show tcp`
    prints.  `token` as in `TcpOpen`, None (and `socket` set) for one that was accepted."""

    conn: int
    token: Hashable | None
    vrf: str
    local: Address
    local_port: int
    peer: Address
    peer_port: int
    socket: TcpListen | None = None


@dataclass(frozen=True, slots=True)
class TcpData:
    """The next bytes of the peer, in order, never empty."""

    conn: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TcpEnd:
    """The peer has no more to send.  The other direction is still open: write what is left, then
    `TcpClose`."""

    conn: int


@dataclass(frozen=True, slots=True)
class TcpReady:
    """What was written is sent and acknowledged, down to less than a window: time to write more
    for who has more.  Told only after writes that filled more than a window."""

    conn: int


@dataclass(frozen=True, slots=True)
class TcpDown:
    """The last input of a connection, or the answer to a `TcpOpen` that failed (`conn` 0 if it got
    no number).  After the own `TcpAbort` it does not come."""

    conn: int
    token: Hashable | None
    reason: TcpReason


@dataclass(frozen=True, slots=True)
class SerialState:
    """What the protocol of a serial line may know of it.

    encapsulation: "hdlc" or "ppp".  has_link: whether there are carrier and clock, so that frames
    pass.  keepalive_s: None for none.  address: its own IPv4 address, or one it borrows.
    """

    encapsulation: str
    has_link: bool
    keepalive_s: int | None
    address: IPv4Address | None
    is_down_when_looped: bool = False
    identifier: int | None = None
    """The lower half of its IPv6 link-local address; None: IPv6 is not enabled."""


@dataclass(frozen=True, slots=True)
class Ipv6State:
    """What an engine may know of IPv6 on an interface: the addresses in use, those that are known
    to be nobody else's.  `link_local` None: not in use yet, then there are none at all."""

    link_local: IPv6Address | None = None
    addresses: tuple[IPv6Interface, ...] = ()


@dataclass(frozen=True, slots=True)
class InterfaceState:
    """What an engine may know of an interface.

    `addresses`: (address, prefix length), primary first.
    """

    name: str
    vrf: str
    is_up: bool
    addresses: tuple[tuple[IPv4Address, int], ...]
    mtu_bytes: int
    bandwidth_kbps: int
    delay_us: int
    is_loopback: bool = False
    is_point_to_point: bool = False
    serial: SerialState | None = None
    ipv6: Ipv6State | None = None
    """None: not enabled."""


@dataclass(frozen=True, slots=True)
class Configured:
    """The configuration changed in a slot the engine declared.  Reconcile from old to new."""

    old: Config
    new: Config


@dataclass(frozen=True, slots=True)
class InterfaceChanged:
    """State, address or parameters changed; `old` None: a new one, `new` None: a removed one."""

    name: str
    old: InterfaceState | None
    new: InterfaceState | None


@dataclass(frozen=True, slots=True)
class RouteChanged:
    """The best route of a watched prefix is now this; None when there is none."""

    vrf: str
    prefix: Prefix
    best: Route | None


@dataclass(frozen=True, slots=True)
class NextHopChanged:
    """A tracked next hop resolves over this route (None: unreachable)."""

    vrf: str
    address: Address
    route: Route | None


@dataclass(frozen=True, slots=True)
class Datagram:
    """A datagram to an open socket.  `payload` is what follows the IP header (UDP: what follows the
    UDP header; then the ports are set, 0 otherwise)."""

    socket: Socket
    vrf: str
    interface: str
    source: Address
    target: Address
    ttl: int
    payload: bytes
    source_port: int = 0
    target_port: int = 0
    options: bytes = b""
    """IP options of an echo reply; other datagrams are delivered without theirs."""


@dataclass(frozen=True, slots=True)
class IcmpError:
    """An ICMP error about something this socket sent.  `quoted` starts at the quoted IP header."""

    socket: Socket
    vrf: str
    reporter: Address
    target: Address
    type: int
    code: int
    quoted: bytes
    mtu_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LinkFrame:
    """A frame to an open `LinkFrames`.  `payload` is what follows the SNAP header, cut to the
    length that the frame states; on a serial line what follows its header, and `source` is 0."""

    socket: LinkFrames
    interface: str
    source: MacAddress
    payload: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """Another engine published a value under a topic this engine subscribed to."""

    topic: str
    value: Any


@dataclass(frozen=True, slots=True)
class Requested:
    """An exec command wants something now (`clear ...`); `what` is the engine's own type."""

    what: Any


@dataclass(frozen=True, slots=True)
class Started:
    """The first input of a job."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The user typed the escape sequence at a job."""


# -- inputs of a conversation ----


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys for the other end."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Escaped:
    """The escape character and then this key, which is not the one that suspends."""

    key: int


@dataclass(frozen=True, slots=True)
class Suspended:
    """The terminal does other things: what is shown from now on waits until `Resumed`."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The terminal is back."""


@dataclass(frozen=True, slots=True)
class Resized:
    """The terminal has another size, in characters."""

    width: int
    length: int


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The user ends the conversation, or his terminal is gone: close without a word."""


Input = (
    Configured
    | InterfaceChanged
    | RouteChanged
    | NextHopChanged
    | Datagram
    | IcmpError
    | LinkFrame
    | TcpAsked
    | TcpUp
    | TcpData
    | TcpEnd
    | TcpReady
    | TcpDown
    | TimerFired
    | Published
    | Requested
    | Started
    | Interrupted
    | Typed
    | Escaped
    | Suspended
    | Resumed
    | Resized
    | Dismissed
)


# -- actions ----


@dataclass(frozen=True, slots=True)
class Open:
    """Own a socket in a VRF.  Opening an own socket again changes nothing but `tcp`, what holds for
    connections accepted from now on."""

    socket: Socket
    vrf: str = DEFAULT_VRF
    tcp: TcpOptions = TcpOptions()


@dataclass(frozen=True, slots=True)
class Close:
    """Give a socket back."""

    socket: Socket
    vrf: str = DEFAULT_VRF


@dataclass(frozen=True, slots=True)
class Send:
    """One IP datagram; `payload` follows the IP header.

    Without `source` the stack takes the address of the interface it leaves by; with `interface`
    the route is not looked up (link-local multicast).
    """

    target: Address
    protocol: int
    payload: bytes
    source: Address | None = None
    interface: str | None = None
    vrf: str = DEFAULT_VRF
    ttl: int = 255
    tos: int = 0
    dont_fragment: bool = False
    identification: int | None = None
    options: bytes = b""
    """IP options, padded; with a source route, `target` is its first address."""


@dataclass(frozen=True, slots=True)
class SendUdp:
    """One UDP datagram; the stack adds the header and its checksum."""

    target: Address
    source_port: int
    target_port: int
    payload: bytes
    source: Address | None = None
    interface: str | None = None
    vrf: str = DEFAULT_VRF
    ttl: int = 255
    tos: int = 0
    dont_fragment: bool = False
    options: bytes = b""


@dataclass(frozen=True, slots=True)
class TcpOpen:
    """Connect.  The answer is `TcpUp` with this token, or `TcpDown`; until then the token names
    the connection in `TcpClose` and `TcpAbort`.  A token is the owner's own, used once at a time.

    Without `source` the address of the interface it leaves by, without `source_port` a free one.
    """

    token: Hashable
    target: Address
    port: int
    source: Address | None = None
    source_port: int | None = None
    vrf: str = DEFAULT_VRF
    tcp: TcpOptions = TcpOptions()
    interface: str | None = None
    """Where to, if the target is a link-local address."""


@dataclass(frozen=True, slots=True)
class TcpAccept:
    """Yes to `TcpAsked`: the handshake goes on."""

    conn: int


@dataclass(frozen=True, slots=True)
class TcpWrite:
    """Append bytes to what is to be sent; of a connection that is gone or closing: nothing."""

    conn: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TcpPause:
    """Keep what arrives in the receive window, which closes as it fills; no `TcpData` until
    `TcpResume`."""

    conn: int


@dataclass(frozen=True, slots=True)
class TcpResume:
    """Be told of data again, at once of what waits."""

    conn: int


@dataclass(frozen=True, slots=True)
class TcpSign:
    """Sign with another password from now on, and want it of the peer; None: with none."""

    conn: int
    password: str | None


@dataclass(frozen=True, slots=True)
class TcpClose:
    """Nothing more to write: FIN follows the last byte.  Data of the peer still comes, then
    `TcpDown`.  By the token of an open that is not up yet: as `TcpAbort`."""

    conn: Hashable


@dataclass(frozen=True, slots=True)
class TcpAbort:
    """Reset the connection and forget it (by `conn`, or the token of an open that is not up)."""

    conn: Hashable


@dataclass(frozen=True, slots=True)
class TcpClear:
    """Reset any connection of the router, whoever owns it; the owner is told (`clear tcp`)."""

    conn: int


@dataclass(frozen=True, slots=True)
class SendFrame:
    """One frame on the link of a port of hardware, with a Cisco SNAP header of this protocol
    number, untagged; lost while the port is down."""

    interface: str
    target: MacAddress
    protocol: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Farewell:
    """What to send last on a port when the configuration shuts it down: told beforehand, because
    engines hear of a shutdown when the port is off.  It stands until another replaces it; without
    `payload` nothing is sent.  One for each protocol number and port."""

    interface: str
    target: MacAddress
    protocol: int
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class SetLine:
    """The line protocol of a serial interface is up or down; `network`: the network protocols
    that PPP has opened on it, as "IPCP"."""

    interface: str
    is_up: bool
    is_looped: bool = False
    network: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire `key` after this delay; setting a running timer again moves it."""

    key: TimerKey
    delay_ns: Time


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Forget the timer; stopping one that does not run changes nothing."""

    key: TimerKey


@dataclass(frozen=True, slots=True)
class RouteAdd:
    """Offer a route; one with the same key is replaced."""

    route: Route


@dataclass(frozen=True, slots=True)
class RouteDelete:
    """Withdraw the route of this key; an absent one changes nothing.

    offers_again: its owner then offers the same ways, which lead nowhere any more, and the table
    refuses them: only told by `debug ip routing`.
    """

    key: RouteKey
    offers_again: bool = False


@dataclass(frozen=True, slots=True)
class RouteChanges:
    """Many routes offered (`Route`) and withdrawn (`RouteKey`), in this order."""

    changes: tuple[Route | RouteKey, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """Be told of best routes that pass the filter: what there is now, then every change."""

    filter: RouteFilter


@dataclass(frozen=True, slots=True)
class Unwatch:
    """End a watch."""

    filter: RouteFilter


@dataclass(frozen=True, slots=True)
class TrackNextHop:
    """Be told over which route this address resolves, now and at every change."""

    address: Address
    vrf: str = DEFAULT_VRF


@dataclass(frozen=True, slots=True)
class UntrackNextHop:
    """End tracking an address."""

    address: Address
    vrf: str = DEFAULT_VRF


@dataclass(frozen=True, slots=True)
class Join:
    """Receive a multicast group on an interface."""

    interface: str
    group: IPv4Address


@dataclass(frozen=True, slots=True)
class Leave:
    """No longer receive a group."""

    interface: str
    group: IPv4Address


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Be told of what other engines publish under a topic; the last value is told at once."""

    topic: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell subscribers of the topic."""

    topic: str
    value: Any


@dataclass(frozen=True, slots=True)
class PolicyTrack:
    """Tell policy routing whether a tracked object, which next hops hang on, is up."""

    number: int
    is_up: bool


@runtime_checkable
class LogMessage(Protocol):
    """A log line of a catalogue (see `syslog`); its heading is on its class (see `heading`)."""

    def text(self) -> str: ...


class Heading(NamedTuple):
    """What stands before the text: `%FACILITY-SEVERITY-MNEMONIC`."""

    facility: str
    severity: int
    mnemonic: str


@dataclass(frozen=True, slots=True)
class Syslog:
    """Log a message; the device adds stamp, facility, severity and mnemonic."""

    message: LogMessage


@dataclass(frozen=True, slots=True)
class Debug:
    """A debug line, only while `flag` is on.  Further lines of `text` carry no stamp.

    interface: what the line is about, for `debug condition interface`.
    """

    flag: str
    text: str
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class Print:
    """Job only: put text on the terminal that waits (no line end is added)."""

    text: str


@dataclass(frozen=True, slots=True)
class Show:
    """Job only: put bytes on the terminal as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """Job only: the terminal may prompt again."""


Action = (
    Open
    | Close
    | Send
    | SendUdp
    | TcpOpen
    | TcpAccept
    | TcpWrite
    | TcpPause
    | TcpResume
    | TcpSign
    | TcpClose
    | TcpAbort
    | TcpClear
    | SendFrame
    | Farewell
    | SetLine
    | SetTimer
    | StopTimer
    | RouteAdd
    | RouteDelete
    | RouteChanges
    | Watch
    | Unwatch
    | TrackNextHop
    | UntrackNextHop
    | Join
    | Leave
    | Subscribe
    | Publish
    | PolicyTrack
    | Syslog
    | Debug
    | Print
    | Show
    | Done
    | LineAction
)


# -- engines ----


@runtime_checkable
class Engine(Protocol):
    """One protocol instance on one router: a slotted dataclass, picklable, alone."""

    def step(self, now: Time, event: Input) -> list[Action]:
        """React to one input; the returned actions are carried out in order."""
        ...

    def busy(self) -> bool:
        """Whether work is unacknowledged or pending (for `lab.settle`)."""
        ...

    def view(self, query: Hashable) -> Any:
        """A frozen answer for a show command of any feature."""
        ...


class Hearing(Protocol):
    """An engine that hears the same time and again, as protocols with hellos do."""

    def hear(self, now: Time, event: Datagram) -> bool:
        """What `step` would do with a datagram to a group that came before, if that is no more than
        to note that it came; False if it is more, and nothing is done."""
        ...


@runtime_checkable
class Seeded(Protocol):
    """An engine that draws random numbers: it is given its stream before its first input."""

    def seed(self, random: Random) -> None:
        """Keep the stream."""
        ...


class Talk(NamedTuple):
    """A conversation as `show sessions` tells of it.  `unread_bytes`: what waits for `Resumed`;
    `heard_at`: when either end last said something."""

    host: str
    address: Address
    port: int
    unread_bytes: int
    heard_at: Time


@runtime_checkable
class Conversation(Engine, Protocol):
    """A job that takes keys."""

    @property
    def takes_keys(self) -> bool:
        """Whether the other end is there; before that, keys wait and the escape interrupts."""
        ...

    def talk(self) -> Talk: ...


C = TypeVar("C", bound=type)


def syslog(facility: str, *, severity: int, mnemonic: str) -> Callable[[C], C]:
    """Mark a frozen dataclass with a `text()` as a line of a log catalogue."""

    def mark(kind: C) -> C:
        kind.facility, kind.severity, kind.mnemonic = facility, severity, mnemonic  # type: ignore[attr-defined]
        return kind

    return mark


def heading(message: LogMessage) -> Heading:
    """The heading of a message, as its class was marked with `syslog`."""
    kind: Any = type(message)
    return Heading(kind.facility, kind.severity, kind.mnemonic)
