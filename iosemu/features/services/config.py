"""Services that are configured and never act: each field is one line of the configuration."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class HttpTimeout:
    """`ip http timeout-policy ...`; seconds, seconds, requests."""

    idle: int = 180
    life: int = 180
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`scheduler allocate ...`; microseconds."""

    interrupt: int = 4000
    process: int = 1000


@dataclass(frozen=True, slots=True)
class NtpMaster:
    """`ntp master [STRATUM]`."""

    stratum: int | None = None


@dataclass(frozen=True, slots=True)
class NtpPeer:
    """`ntp server ...`, `ntp peer ...`."""

    burst: bool = False
    iburst: bool = False
    key: int | None = None
    maxpoll: int | None = None
    minpoll: int | None = None
    prefer: bool = False
    source: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class InterfaceServices:
    """The same on an interface."""

    SLOT: ClassVar[str] = "services"
    snmp_link_status: bool = True


@dataclass(frozen=True, slots=True)
class ServicesConfig:
    """In the order of a running configuration."""

    SLOT: ClassVar[str] = "services"
    nagle: bool = False
    pad: bool = True
    config: bool = False
    finger: bool = False
    dhcp: bool = True
    compress_config: bool = False
    internal: bool = False
    linenumber: bool = False
    hide_telnet_addresses: bool = False
    prompt_config: bool = True
    tcp_small_servers: bool = False
    udp_small_servers: bool = False
    telnet_zeroidle: bool = False
    call_home: bool = False
    unsupported_transceiver: bool = False
    counters_max_age_s: int = 5
    source_route: bool = True
    bootp_server: bool = True
    gratuitous_arps: bool = True
    ip_finger: bool = False
    identd: bool = False
    subnet_zero: bool = True
    domain_timeout_s: int = 3
    domain_retry: int = 2
    classless: bool = True
    forward_udp: Entries[str, bool] = field(default_factory=Entries)
    http_authentication: str = "enable"
    http_port: int = 80
    http_secure_port: int = 443
    http_access_class: int | None = None
    http_max_connections: int = 5
    http_timeout: HttpTimeout | None = None
    http_client_source: str | None = None
    ssh_timeout_s: int = 120
    ssh_retries: int = 3
    ssh_source: str | None = None
    ssh_logging: bool = False
    ssh_keypair: str | None = None
    ssh_dh_bits: int = 1024
    scp_server: bool = False
    tftp_source: str | None = None
    tftp_blocksize: int = 512
    ftp_source: str | None = None
    ftp_username: str | None = None
    ftp_password: str | None = None
    ftp_passive: bool = False
    snmp_engine: Entries[str, bool] = field(default_factory=Entries)
    snmp_groups: Entries[str, bool] = field(default_factory=Entries)
    snmp_users: Entries[str, bool] = field(default_factory=Entries)
    snmp_views: Entries[str, bool] = field(default_factory=Entries)
    snmp_communities: Entries[str, bool] = field(default_factory=Entries)
    snmp_trap_source: str | None = None
    snmp_location: str | None = None
    snmp_contact: str | None = None
    snmp_chassis: str | None = None
    snmp_ifindex_persist: bool = False
    snmp_shutdown: bool = False
    snmp_all_traps: bool = False
    snmp_traps: Entries[str, bool] = field(default_factory=Entries)
    snmp_hosts: Entries[str, bool] = field(default_factory=Entries)
    scheduler: Scheduler | None = Scheduler()
    ntp_logging: bool = False
    ntp_authenticate: bool = False
    ntp_keys: Entries[str, bool] = field(default_factory=Entries)
    ntp_trusted: Entries[str, bool] = field(default_factory=Entries)
    ntp_source: str | None = None
    ntp_access: Entries[str, bool] = field(default_factory=Entries)
    ntp_update_calendar: bool = False
    ntp_master: NtpMaster | None = None
    ntp_peers: Entries[IPv4Address | str, NtpPeer] = field(default_factory=Entries)
    ntp_servers: Entries[IPv4Address | str, NtpPeer] = field(default_factory=Entries)
