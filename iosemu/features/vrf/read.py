"""VRFs as protocols run on them, read from the configuration in either style."""

from __future__ import annotations

from iosemu.config.entries import Entries
from iosemu.config.tree import Config
from iosemu.values import dataclass
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_nlri import RouteDistinguisher

from .config import ClassicVrf, VrfDefinition, VrfFamily, VrfsConfig


@dataclass(frozen=True, slots=True)
class VrfFamilySettings:
    """One address family of a VRF; the maps are names of route maps."""

    import_targets: tuple[ExtendedCommunity, ...] = ()
    export_targets: tuple[ExtendedCommunity, ...] = ()
    import_map: str | None = None
    export_map: str | None = None


@dataclass(frozen=True, slots=True)
class VrfSettings:
    """One VRF.  ipv4, ipv6: None if the family is not enabled in it."""

    name: str
    rd: RouteDistinguisher | None = None
    ipv4: VrfFamilySettings | None = None
    ipv6: VrfFamilySettings | None = None


def vrfs_of(config: Config) -> dict[str, VrfSettings]:
    """All VRFs by name, those of the newer style first."""
    held = config.of(VrfsConfig)
    found = {name: _of_definition(name, each) for name, each in held.definitions.items()}
    return found | {name: _of_classic(name, each) for name, each in held.classic.items()}


def vrf_of(config: Config, name: str) -> VrfSettings | None:
    """The VRF of this name."""
    held = config.of(VrfsConfig)
    if name in held.definitions:
        return _of_definition(name, held.definitions[name])
    return _of_classic(name, held.classic[name]) if name in held.classic else None


def _of_definition(name: str, held: VrfDefinition) -> VrfSettings:
    def family(own: VrfFamily | None) -> VrfFamilySettings | None:
        return None if own is None else _family(own, held.imports, held.exports)

    return VrfSettings(name, _rd(held.rd), family(held.ipv4), family(held.ipv6))


def _of_classic(name: str, held: ClassicVrf) -> VrfSettings:
    own = held.family
    return VrfSettings(name, _rd(held.rd), _family(own, own.imports, own.exports))


def _family(
    own: VrfFamily, imports: Entries[str, bool], exports: Entries[str, bool]
) -> VrfFamilySettings:
    """Targets of the VRF itself hold for a family that has none of that direction."""
    return VrfFamilySettings(
        _targets(own.imports or imports),
        _targets(own.exports or exports),
        own.import_map,
        own.export_map,
    )


def _targets(held: Entries[str, bool]) -> tuple[ExtendedCommunity, ...]:
    return tuple(ExtendedCommunity.route_target(text) for text in held)


def _rd(text: str | None) -> RouteDistinguisher | None:
    return None if text is None else RouteDistinguisher.parse(text)
