"""What happens to PPP: links, control packets, timers."""

from __future__ import annotations

from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    Action,
    InterfaceState,
    LinkFrame,
    LinkFrames,
    Open,
    SetTimer,
    StopTimer,
)
from iosemu.wire.base import WireError
from iosemu.wire.ppp import Code, Control, Option, Protocol, emit_options, parse_options

from .automaton import Do, Event, after, is_waiting
from .automaton import State as Phase
from .negotiation import judge, on_nak, on_reject, take, wanted
from .output import (
    arm,
    changes,
    debug,
    debug_state,
    seen_of,
    send,
    send_echo,
    send_request,
    send_terminate,
    withdraw,
)
from .state import NETWORK, Layer, Line, State

MOST_REQUESTS = 10
MOST_TERMINATES = 2
MOST_UNANSWERED = 5
"""Echo requests without a reply after which a line is down."""
AGAIN_NS = 5 * SECOND
"""From giving up on a line until it is tried anew."""
LAYERS = (Protocol.LCP, *NETWORK)


# -- the link ----


def on_interface(state: State, name: str, new: InterfaceState | None) -> list[Action]:
    """A serial line got or lost its link, its encapsulation or its address."""
    serial = None if new is None else new.serial
    line = state.lines.get(name)
    if new is None or serial is None or serial.encapsulation != "ppp" or not serial.has_link:
        return [] if line is None else stop(state, line)
    actions: list[Action] = []
    if not state.is_listening:
        state.is_listening = True
        actions += [Open(LinkFrames(protocol)) for protocol in LAYERS]
    if line is None:
        line = Line(name, new.vrf, serial.keepalive_s, serial.address, serial.identifier)
        state.lines[name] = line
        return actions + start(state, line)
    before = seen_of(line)
    line.is_down_when_looped = serial.is_down_when_looped
    if line.keepalive_s != serial.keepalive_s:
        line.keepalive_s = serial.keepalive_s
        actions += arm_echo(line)
    if line.address != serial.address:
        line.address = serial.address
        actions += restart_network(state, line, line.layers[Protocol.IPCP])
    if line.identifier != serial.identifier:
        line.identifier = serial.identifier
        actions += restart_network(state, line, line.layers[Protocol.IPV6CP])
    return actions + changes(line, before)


def start(state: State, line: Line) -> list[Action]:
    """The link is there: negotiate."""
    line.magic = state.random.getrandbits(32) or 1
    lcp = line.layers[Protocol.LCP]
    return fire(state, line, lcp, Event.OPEN) + fire(state, line, lcp, Event.UP)


def stop(state: State, line: Line) -> list[Action]:
    """The link is gone: so is everything on it."""
    before = seen_of(line)
    del state.lines[line.name]
    timers: list[Action] = [
        StopTimer(("restart", line.name, int(protocol)))
        for protocol, layer in line.layers.items()
        if is_waiting(layer.phase)
    ]
    timers += [StopTimer(("echo", line.name)), StopTimer(("again", line.name))]
    return timers + withdraw(line, before.peer)


def restart_network(state: State, line: Line, layer: Layer) -> list[Action]:
    """The address changed: negotiate it anew, or close the protocol without one."""
    if not line.is_up:
        return []
    if not has_address(line, layer):
        return fire(state, line, layer, Event.CLOSE)
    actions = fire(state, line, layer, Event.DOWN)
    return actions + open_network(state, line, layer)


def has_address(line: Line, layer: Layer) -> bool:
    """Whether this end can speak a network protocol."""
    match layer.protocol:
        case Protocol.IPCP:
            return line.address is not None
        case Protocol.IPV6CP:
            return line.identifier is not None
        case _:
            return True


def open_network(state: State, line: Line, layer: Layer) -> list[Action]:
    """Negotiate a network protocol over an open LCP."""
    if not has_address(line, layer):
        return []
    return fire(state, line, layer, Event.OPEN) + fire(state, line, layer, Event.UP)


# -- the automaton at work ----


def fire(
    state: State,
    line: Line,
    layer: Layer,
    event: Event,
    packet: Control | None = None,
    answer: Control | None = None,
) -> list[Action]:
    """One event of a layer.  `packet`: what came in; `answer`: the ack, nak or reject to it."""
    was = layer.phase
    todo, layer.phase = after(was, event)
    actions: list[Action] = []
    for do in todo:
        actions += perform(state, line, layer, do, packet, answer)
    if layer.phase is not was and Phase.OPENED in (was, layer.phase):
        actions.append(debug_state(line, layer))
    if is_waiting(layer.phase):
        # An ack that is sent must not put off our own request: two ends could wait for ever.
        if not is_waiting(was) or Do.SEND_REQUEST in todo or Do.SEND_TERMINATE in todo:
            actions.append(arm(line, layer))
    elif is_waiting(was):
        actions.append(StopTimer(("restart", line.name, int(layer.protocol))))
    return actions


def perform(
    state: State,
    line: Line,
    layer: Layer,
    do: Do,
    packet: Control | None,
    answer: Control | None,
) -> list[Action]:
    """One action of the table."""
    match do:
        case Do.INITIALIZE_COUNT:
            is_closing = layer.phase in (Phase.CLOSING, Phase.STOPPING)
            layer.restarts = MOST_TERMINATES if is_closing else MOST_REQUESTS
            layer.wanted = () if is_closing else wanted(line, layer)
            return []
        case Do.ZERO_COUNT:
            layer.restarts = 0
            return []
        case Do.SEND_REQUEST:
            return send_request(line, layer)
        case Do.SEND_ACK | Do.SEND_NAK:
            assert answer is not None
            return send(line, layer, answer)
        case Do.SEND_TERMINATE:
            return send_terminate(line, layer)
        case Do.SEND_TERMINATE_ACK:
            number = 0 if packet is None else packet.identifier
            return send(line, layer, Control(Code.TERMINATE_ACK, number))
        case Do.SEND_CODE_REJECT:
            assert packet is not None
            layer.identifier = layer.identifier + 1 & 0xFF
            reject = Control(Code.CODE_REJECT, layer.identifier, packet.emit())
            return send(line, layer, reject)
        case Do.SEND_ECHO_REPLY:
            assert packet is not None
            return send_echo(line, Code.ECHO_REPLY, packet.identifier, packet.data[4:])
        case Do.LAYER_UP:
            return on_layer_up(state, line, layer)
        case Do.LAYER_DOWN:
            return on_layer_down(state, line, layer)
        case Do.LAYER_STARTED:
            layer.refused, layer.wanted = (), ()
            return []
        case Do.LAYER_FINISHED:
            if layer.protocol is Protocol.LCP:
                return [SetTimer(("again", line.name), AGAIN_NS)]
            return []


def on_layer_up(state: State, line: Line, layer: Layer) -> list[Action]:
    """LCP carries the others."""
    if layer.protocol is not Protocol.LCP:
        return []
    line.unanswered = 0
    actions = arm_echo(line)
    for protocol in NETWORK:
        actions += open_network(state, line, line.layers[protocol])
    return actions


def on_layer_down(state: State, line: Line, layer: Layer) -> list[Action]:
    if layer.protocol is not Protocol.LCP:
        return []
    actions: list[Action] = [StopTimer(("echo", line.name))]
    for protocol in NETWORK:
        actions += fire(state, line, line.layers[protocol], Event.DOWN)
    return actions


# -- frames ----


def on_frame(state: State, line: Line, event: LinkFrame) -> list[Action]:
    """A control packet arrived, or a protocol nobody knows; a malformed packet is dropped."""
    lcp = line.layers[Protocol.LCP]
    protocol = event.socket.protocol
    layer = line.layers[Protocol(protocol)] if protocol in LAYERS else None
    if layer is not lcp and not lcp.is_open:
        return []
    if layer is None or layer.phase is Phase.INITIAL:
        return reject_protocol(line, protocol, event.payload)
    try:
        packet = Control.parse(event.payload)
    except WireError:
        return []
    return debug(line, layer, "I", packet) + on_packet(state, line, layer, packet)


def reject_protocol(line: Line, protocol: int, payload: bytes) -> list[Action]:
    """Say that a protocol is not spoken here (RFC 1661 section 5.7)."""
    lcp = line.layers[Protocol.LCP]
    line.rejects = line.rejects + 1 & 0xFF
    body = protocol.to_bytes(2, "big") + payload
    return send(line, lcp, Control(Code.PROTOCOL_REJECT, line.rejects, body))


def on_packet(state: State, line: Line, layer: Layer, packet: Control) -> list[Action]:
    """A control packet by its code, in the order of RFC 1661 section 5."""
    is_lcp = layer.protocol is Protocol.LCP
    match packet.code:
        case Code.CONFIGURE_REQUEST:
            return on_request(state, line, layer, packet)
        case Code.CONFIGURE_ACK | Code.CONFIGURE_NAK | Code.CONFIGURE_REJECT:
            return on_answer(state, line, layer, packet)
        case Code.TERMINATE_REQUEST:
            return fire(state, line, layer, Event.TERMINATE, packet)
        case Code.TERMINATE_ACK:
            return fire(state, line, layer, Event.TERMINATE_ACK, packet)
        case Code.CODE_REJECT:
            rejected = packet.data[:1]
            is_fatal = bool(rejected) and rejected[0] <= Code.CODE_REJECT
            event = Event.FATAL_REJECT if is_fatal else Event.MILD_REJECT
            return fire(state, line, layer, event, packet)
        case Code.PROTOCOL_REJECT if is_lcp:
            return on_protocol_reject(state, line, packet)
        case Code.ECHO_REQUEST | Code.ECHO_REPLY | Code.DISCARD_REQUEST if is_lcp:
            return on_echo(state, line, layer, packet)
        case _:
            return fire(state, line, layer, Event.UNKNOWN_CODE, packet)


def on_request(state: State, line: Line, layer: Layer, packet: Control) -> list[Action]:
    """The other end asks for options."""
    options = options_of(packet)
    if options is None:
        return []
    code, said = judge(line, layer, options, state.random)
    if line.is_looped and layer.protocol is Protocol.LCP:
        # Every answer would come back as one from the other end: leave it for a while.
        return fire(state, line, layer, Event.GIVE_UP)
    answer = Control(code, packet.identifier, emit_options(said))
    if code is Code.CONFIGURE_ACK:
        take(line, layer, options)
        return fire(state, line, layer, Event.GOOD_REQUEST, packet, answer)
    return fire(state, line, layer, Event.BAD_REQUEST, packet, answer)


def on_answer(state: State, line: Line, layer: Layer, packet: Control) -> list[Action]:
    """An answer to our last request; an older one is silently dropped (RFC 1661 section 5.2)."""
    options = options_of(packet)
    if options is None or packet.identifier != layer.identifier:
        return []
    if packet.code == Code.CONFIGURE_ACK:
        asked = tuple(o for o in layer.wanted if o.type not in layer.refused)
        if options != asked:
            return []
        return fire(state, line, layer, Event.ACK, packet)
    if packet.code == Code.CONFIGURE_REJECT:
        on_reject(layer, options)
    else:
        on_nak(line, layer, options, state.random)
    return fire(state, line, layer, Event.NAK, packet)


def on_protocol_reject(state: State, line: Line, packet: Control) -> list[Action]:
    """The other end does not speak a protocol."""
    number = int.from_bytes(packet.data[:2], "big")
    if len(packet.data) < 2 or number not in LAYERS:
        return []
    return fire(state, line, line.layers[Protocol(number)], Event.FATAL_REJECT, packet)


def on_echo(state: State, line: Line, layer: Layer, packet: Control) -> list[Action]:
    """Echoes while LCP is open; one of our own comes back on a looped line."""
    if not layer.is_open or len(packet.data) < 4:
        return []
    if packet.code == Code.ECHO_REPLY:
        line.unanswered = 0
    if packet.code != Code.ECHO_REQUEST:
        return []
    if int.from_bytes(packet.data[:4], "big") == line.magic:
        line.is_looped = True
        return []
    return fire(state, line, layer, Event.ECHO, packet)


def options_of(packet: Control) -> tuple[Option, ...] | None:
    """The options of a Configure packet, None if they are malformed."""
    try:
        return parse_options(packet.data)
    except WireError:
        return None


# -- timers ----


def on_restart(state: State, line: Line, layer: Layer) -> list[Action]:
    """Nothing came: send again, or give up."""
    is_over = layer.restarts <= 0
    return fire(state, line, layer, Event.GIVE_UP if is_over else Event.TIMEOUT)


def on_again(state: State, line: Line) -> list[Action]:
    """A line that was given up on is tried anew."""
    line.repeated, line.is_looped = 0, False
    lcp = line.layers[Protocol.LCP]
    if lcp.phase is not Phase.STOPPED:
        return []
    lcp.refused = ()
    return fire(state, line, lcp, Event.DOWN) + fire(state, line, lcp, Event.UP)


def arm_echo(line: Line) -> list[Action]:
    """Ask for a reply in time, if LCP is open and there are keepalives."""
    if line.is_up and line.keepalive_s:
        return [SetTimer(("echo", line.name), line.keepalive_s * SECOND)]
    return [StopTimer(("echo", line.name))]


def on_echo_due(state: State, line: Line) -> list[Action]:
    """Five requests without a reply: negotiate anew."""
    if not line.is_up:
        return []
    if line.unanswered >= MOST_UNANSWERED:
        lcp = line.layers[Protocol.LCP]
        return fire(state, line, lcp, Event.DOWN) + fire(state, line, lcp, Event.UP)
    line.unanswered += 1
    line.echo = line.echo + 1 & 0xFF
    return send_echo(line, Code.ECHO_REQUEST, line.echo) + arm_echo(line)
