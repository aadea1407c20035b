"""Host names: the table of `ip host`; there are no name servers to ask."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address

from .config import IpConfig


def addresses_of(config: IpConfig, name: str) -> tuple[IPv4Address, ...]:
    """The addresses of a name, tried as it stands and with the domains; case does not count."""
    known = {host.lower(): entry.addresses for host, entry in config.hosts.items()}
    for full in spellings(config, name.lower()):
        if full in known:
            return known[full]
    return ()


def spellings(config: IpConfig, name: str) -> Iterator[str]:
    """What a name may stand for: a domain list takes the place of the domain name."""
    yield name
    domains = list(config.domain_list) or [config.domain_name or ""]
    yield from (f"{name}.{domain.lower()}" for domain in domains if domain)


def names_of(config: IpConfig) -> tuple[tuple[IPv4Address, str], ...]:
    """The other way round: the first name of each address."""
    found: dict[IPv4Address, str] = {}
    for name, entry in config.hosts.items():
        for address in entry.addresses:
            found.setdefault(address, name)
    return tuple(found.items())


def translating(config: IpConfig, name: str) -> str:
    """What IOS prints while it asks the name servers, all hosts of the link without any."""
    servers = [str(server) for server in config.name_servers] or ["255.255.255.255"]
    return f'Translating "{name}"...domain server ' + " ".join(f"({s})" for s in servers)
