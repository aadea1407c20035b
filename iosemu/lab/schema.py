"""The shape of a containerlab topology file, as far as iosemu reads it.

Keys that only matter to containerlab's containers are accepted and ignored; a key that neither
knows is an error, because it is a typing mistake.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class NodeSpec(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename="kebab",
):
    """`topology.nodes.NAME`, and the same keys under `defaults`, `kinds` and `groups`."""

    kind: str | None = None
    group: str | None = None
    startup_config: str | None = None
    labels: dict[str, str] = {}

    image: str | None = None
    type: str | None = None
    license: str | None = None
    mgmt_ipv4: str | None = None
    mgmt_ipv6: str | None = None
    env: dict[str, Any] = {}
    env_files: list[str] = []
    ports: list[str] = []
    binds: list[str] = []
    exec: list[str] = []
    user: str | None = None
    entrypoint: str | None = None
    cmd: str | None = None
    enforce_startup_config: bool = False
    suppress_startup_config: bool = False
    startup_delay: int = 0
    cpu: float | None = None
    memory: str | None = None
    image_pull_policy: str | None = None
    restart_policy: str | None = None
    auto_remove: bool = False
    network_mode: str | None = None
    aliases: list[str] = []
    config: dict[str, Any] = {}
    stages: dict[str, Any] = {}


class EndpointSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """An endpoint in the extended form."""

    node: str
    interface: str
    mac: str | None = None
    ipv4: str | None = None
    ipv6: str | None = None


class LinkSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`topology.links[]`, brief (`endpoints: ["R1:e0/0", "R2:e0/0"]`) or extended."""

    endpoints: list[str | EndpointSpec] = []
    endpoint: EndpointSpec | None = None
    type: str = "veth"
    mtu: int | None = None
    labels: dict[str, str] = {}
    vars: dict[str, Any] = {}


class TopologySpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`topology`; its collections are read one by one, so that an error has a place."""

    nodes: dict[str, Any]
    links: list[Any] = []
    defaults: Any = None
    kinds: dict[str, Any] = {}
    groups: dict[str, Any] = {}


class LabSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole file."""

    name: str
    topology: Any
    prefix: str | None = None
    mgmt: dict[str, Any] = {}
    settings: dict[str, Any] = {}
