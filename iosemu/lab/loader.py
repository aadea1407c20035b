"""Read a lab folder: a containerlab topology and its configurations.

Everything that is wrong is collected and raised together, each with its file, line and column; a
topology that loads is consistent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import yaml

from iosemu.features.interface.hardware import family_of
from iosemu.values import dataclass, field

from . import values
from .hardware import ATTACHABLE, PORTS_PER_SLOT, SERIAL, canonical_port, ports_of
from .places import LabFileError, Problem, Source, child, entries, key_node
from .schema import LabSpec, LinkSpec, NodeSpec, TopologySpec
from .topology import (
    DEFAULT_EPOCH_S,
    DEFAULT_HARDWARE,
    DEFAULT_VERSION,
    End,
    LinkNode,
    RouterNode,
    SwitchNode,
    Topology,
)

T = TypeVar("T")
ROUTERS = {
    "cisco_iol": DEFAULT_HARDWARE,
    "cisco_csr1000v": "csr1000v",
    "cisco_vios": "iosv",
}
"""Kinds of routers, and which hardware one is unless its label says otherwise."""
SWITCH = "bridge"
SUFFIX = ".clab.yml"

LAB_LABELS = ("iosemu.seed", "iosemu.epoch")
LINK_LABELS = ("iosemu.delay", "iosemu.rate", "iosemu.dce")
NODE_LABELS = ("iosemu.version", "iosemu.hardware")


Labels = dict[str, tuple[str, yaml.Node]]
"""Label -> its text and its place."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one mapping of the file says about a node.  `is_wrong`: it could not be read."""

    spec: NodeSpec = field(default_factory=NodeSpec)
    labels: Labels = field(default_factory=dict)
    is_wrong: bool = False


@dataclass(slots=True)
class NodeDraft:
    """A node while links are read.  `used`: port -> where it was first named."""

    name: str
    kind: str | None
    startup_file: str | None
    place: yaml.Node
    labels: Labels
    used: dict[str, yaml.Node] = field(default_factory=dict)

    @property
    def is_switch(self) -> bool:
        return self.kind == SWITCH


@dataclass(slots=True)
class Draft:
    """A lab while it is read."""

    source: Source
    nodes: dict[str, NodeDraft] = field(default_factory=dict)
    links: list[LinkNode] = field(default_factory=list)
    labels: Labels = field(default_factory=dict)


def load(path: Path) -> Topology:
    """The lab of a topology file or of the folder that holds one; LabFileError if it is wrong."""
    file = topology_file(path)
    draft = Draft(Source(file))
    root = draft.source.compose()
    unique_keys(draft.source, root)
    lab = draft.source.convert(root, LabSpec)
    topology_node = child(root, "topology")
    if lab is None or topology_node is None:
        raise draft.source.fail()
    topology = draft.source.convert(topology_node, TopologySpec)
    if topology is None:
        raise draft.source.fail()
    read_nodes(draft, topology_node)
    links = child(topology_node, "links")
    for node in links.value if isinstance(links, yaml.SequenceNode) else ():
        read_link(draft, node)
    result = finish(draft, lab.name, topology_node)
    if draft.source.problems:
        raise draft.source.fail()
    return result


def topology_file(path: Path) -> Path:
    """The topology file a path means."""
    if not path.exists():
        raise LabFileError([Problem(str(path), 0, 0, "there is no such lab")])
    if path.is_file():
        return path
    files = sorted(path.glob("*" + SUFFIX))
    if len(files) != 1:
        found = ", ".join(f.name for f in files) or "none"
        text = f"expected one NAME{SUFFIX} in the folder, found {found}"
        raise LabFileError([Problem(str(path), 0, 0, text)])
    return files[0]


def unique_keys(source: Source, node: yaml.Node) -> None:
    """A key given twice: YAML readers keep the last one silently."""
    seen: dict[str, yaml.Node] = {}
    for key, value in entries(node):
        first = seen.setdefault(str(key.value), key)
        if first is not key:
            line = first.start_mark.line + 1
            source.problem(key, f"key {key.value!r} was given before, in line {line}")
        unique_keys(source, value)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            unique_keys(source, item)


# -- nodes ----


def read_nodes(draft: Draft, topology: yaml.Node) -> None:
    """All nodes, each with what defaults, its kind and its group give it."""
    source = draft.source
    every = (*LAB_LABELS, *LINK_LABELS, *NODE_LABELS)
    defaults = layer_of(source, child(topology, "defaults"), every)
    kinds = layers_of(source, child(topology, "kinds"))
    groups = layers_of(source, child(topology, "groups"))
    draft.labels = defaults.labels
    for key, value in entries(child(topology, "nodes")):
        own = layer_of(source, value, NODE_LABELS)
        name = own.spec.group
        if name is not None and name not in groups:
            known = ", ".join(groups) or "none is defined"
            source.problem(child(value, "group"), f"no group {name!r}; expected {known}")
        group = groups.get(name or "", Layer())
        kind = own.spec.kind or group.spec.kind or defaults.spec.kind
        layers = [defaults, kinds.get(kind or "", Layer()), group, own]
        node = merged(key, value, kind, layers)
        draft.nodes[node.name] = node
        if not own.is_wrong:
            check_node(source, node, key, value)


def layers_of(source: Source, node: yaml.Node | None) -> dict[str, Layer]:
    """The layers of `kinds` or `groups`, by name."""
    return {str(k.value): layer_of(source, v, NODE_LABELS) for k, v in entries(node)}


def layer_of(source: Source, node: yaml.Node | None, known: tuple[str, ...]) -> Layer:
    """One layer; nothing (`R1:`) is an empty one."""
    if node is None or (isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")):
        return Layer()
    spec = source.convert(node, NodeSpec)
    if spec is None:
        return Layer(is_wrong=True)
    check_labels(source, node, known)
    return Layer(spec, labels_of(node))


def labels_of(node: yaml.Node | None) -> Labels:
    """The labels of a node or a link, each with its place."""
    return {str(k.value): (str(v.value), v) for k, v in entries(child(node, "labels"))}


def merged(key: yaml.Node, value: yaml.Node, kind: str | None, layers: list[Layer]) -> NodeDraft:
    """A node; what a later layer says goes before what an earlier one does."""
    startup = None
    labels: Labels = {}
    for layer in layers:
        labels |= layer.labels
        startup = layer.spec.startup_config or startup
    place = child(value, "startup-config") or key
    return NodeDraft(str(key.value), kind, startup, place, labels)


def check_node(source: Source, node: NodeDraft, key: yaml.Node, value: yaml.Node) -> None:
    """Refuse what is not simulated."""
    if node.kind not in (*ROUTERS, SWITCH):
        said = "has no kind" if node.kind is None else f"has kind {node.kind!r}"
        place = child(value, "kind") or key
        source.problem(place, f"node {node.name} {said}; expected {', '.join(ROUTERS)} or {SWITCH}")
    if not node.name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        source.problem(key, f"{node.name!r} is no node name; expected letters, digits, - _ .")
    type_ = child(value, "type")
    if type_ is not None and str(type_.value).lower() not in ("iol", "l3"):
        text = f"node {node.name} has type {type_.value!r}; expected a router, or kind {SWITCH}"
        source.problem(type_, text)


def check_labels(source: Source, node: yaml.Node | None, known: tuple[str, ...]) -> None:
    """A misspelt or misplaced `iosemu.` label would otherwise do nothing."""
    for key, _ in entries(child(node, "labels")):
        name = str(key.value)
        if name.startswith("iosemu.") and name not in known:
            source.problem(key, f"unknown label {name!r}; expected {', '.join(known)}")


def label(
    source: Source, labels: Labels, name: str, read: Callable[[str], T | None], expected: str
) -> T | None:
    """The value of a label; None without one, or with a wrong one, which is noted."""
    if name not in labels:
        return None
    text, place = labels[name]
    value = read(text)
    if value is None:
        source.problem(place, f"{name} is {text!r}; expected {expected}")
    return value


# -- links ----


def read_link(draft: Draft, node: yaml.Node) -> None:
    """One link and its ends."""
    spec = draft.source.convert(node, LinkSpec)
    if spec is None:
        return
    if spec.type not in ("veth", "dummy"):
        text = f"links of type {spec.type!r} are not simulated; expected veth or dummy"
        draft.source.problem(child(node, "type") or node, text)
        return
    ends = [end for place, text in ends_of(node) if (end := read_end(draft, place, *text))]
    listed = child(node, "endpoints")
    count = len(listed.value) if isinstance(listed, yaml.SequenceNode) else 0
    if spec.endpoint is None and count not in (1, 2):
        place = listed or node
        draft.source.problem(place, f"a link has {count} endpoints; expected 2, or 1 unattached")
        return
    check_labels(draft.source, node, LINK_LABELS)
    inherited = {k: v for k, v in draft.labels.items() if k in LINK_LABELS}
    labels = inherited | labels_of(node)
    delay = label(draft.source, labels, "iosemu.delay", values.delay_ns, 'a time as "5ms"')
    rate = label(draft.source, labels, "iosemu.rate", values.rate_kbps, 'a rate as "10mbit"')
    if ends:
        dce = dce_of(draft, node, ends, labels)
        draft.links.append(LinkNode(tuple(ends), delay, rate, dce))


def dce_of(draft: Draft, node: yaml.Node, ends: list[End], labels: Labels) -> int | None:
    """Which end of a serial link is the DCE: the one labelled, else the first; None of others."""
    kinds = [family_of(end.port) == SERIAL for end in ends]
    if any(kinds) and (len(ends) == 2 and not all(kinds)):
        draft.source.problem(node, "a serial interface is linked to one that is not serial")
        return None
    if not all(kinds) or len(ends) != 2:
        if "iosemu.dce" in labels and "iosemu.dce" not in draft.labels:
            draft.source.problem(labels["iosemu.dce"][1], "iosemu.dce is of serial links only")
        return None
    if "iosemu.dce" not in labels:
        return 0
    text, place = labels["iosemu.dce"]
    found = [n for n, end in enumerate(ends) if text.lower() == end.node.lower()]
    if len(found) != 1:
        names = " or ".join(end.node for end in ends)
        draft.source.problem(place, f"iosemu.dce is {text!r}; expected {names}")
        return None
    return found[0]


def ends_of(link: yaml.Node) -> Iterator[tuple[yaml.Node, tuple[str, str]]]:
    """Each end with its place: (node name, port as written)."""
    single = child(link, "endpoint")
    listed = child(link, "endpoints")
    nodes = [single] if single is not None else list(listed.value) if listed is not None else []
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            name, port = child(node, "node"), child(node, "interface")
            assert name is not None, "checked by the schema"
            assert port is not None, "checked by the schema"
            yield port, (str(name.value), str(port.value))
        else:
            name_text, _, port_text = str(node.value).partition(":")
            yield node, (name_text, port_text)


def read_end(draft: Draft, place: yaml.Node, name: str, port: str) -> End | None:
    """A link's end; None, and a problem noted, if there is no such port or it is taken."""
    source = draft.source
    if not port:
        source.problem(place, f"endpoint {name!r} names no interface; expected NODE:INTERFACE")
        return None
    node = draft.nodes.get(name)
    if node is None:
        known = ", ".join(draft.nodes) or "no node is defined"
        source.problem(place, f"no node {name!r}; expected {known}")
        return None
    full = port if node.is_switch else canonical_port(port)
    if full is None:
        families = ", ".join(ATTACHABLE)
        text = f"{port!r} is no interface a link fits; expected {families} and a number"
        source.problem(place, text)
        return None
    first = node.used.setdefault(full, place)
    if first is not place:
        line = first.start_mark.line + 1
        source.problem(place, f"{name}:{full} was used before, in line {line}")
        return None
    return End(name, full)


# -- the whole ----


def finish(draft: Draft, name: str, topology: yaml.Node) -> Topology:
    """The lab as values."""
    source = draft.source
    if not draft.nodes:
        source.problem(key_node(topology, "nodes"), "the lab has no nodes; expected at least one")
    routers = tuple(router_of(source, n) for n in draft.nodes.values() if not n.is_switch)
    switches = [SwitchNode(n.name, tuple(n.used)) for n in draft.nodes.values() if n.is_switch]
    seed = label(source, draft.labels, "iosemu.seed", values.number, "a number")
    date = 'a date as "2016-01-02 18:10:00"'
    epoch = label(source, draft.labels, "iosemu.epoch", values.epoch_s, date)
    return Topology(
        name,
        routers,
        tuple(switches),
        tuple(draft.links),
        1 if seed is None else seed,
        DEFAULT_EPOCH_S if epoch is None else epoch,
    )


def router_of(source: Source, node: NodeDraft) -> RouterNode:
    """One router with the text of its configuration."""
    models, release = ", ".join(PORTS_PER_SLOT), 'an IOS release as "15.4"'
    model = label(source, node.labels, "iosemu.hardware", known_model, models)
    version = label(source, node.labels, "iosemu.version", values.release, release)
    hardware = model or ROUTERS.get(node.kind or "", DEFAULT_HARDWARE)
    startup = startup_text(source, node, node.startup_file) if node.startup_file else ""
    ports = ports_of(hardware, [*node.used, *configured_ports(startup)])
    return RouterNode(
        node.name, ports, startup, node.startup_file, hardware, version or DEFAULT_VERSION
    )


def known_model(text: str) -> str | None:
    """The model's name if it is one."""
    return text if text in PORTS_PER_SLOT else None


def startup_text(source: Source, node: NodeDraft, file: str) -> str:
    """The text of a configuration file; its place in the lab file is where `startup-config` is."""
    path = source.path.parent / file
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        source.problem(node.place, f"{file} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        source.problem(node.place, f"{file} is not UTF-8 at byte {error.start}")
    return ""


def configured_ports(startup: str) -> Iterator[str]:
    """Ports that a configuration names, a subinterface's main port included."""
    for line in startup.splitlines():
        word, _, name = line.strip().partition(" ")
        if word == "interface" and (port := canonical_port(name.partition(".")[0])):
            yield port
