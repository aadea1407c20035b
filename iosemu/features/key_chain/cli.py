"""The query of `show key chain`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, show
from iosemu.crypto.passwords import reveal
from iosemu.proto.parts import Clock

from .config import Key, KeyChainsConfig, KeyString
from .views import KeyChainView, KeyView, LifetimeView

_HIDDEN = 7


@show("key-chain.show")
def show_key_chain(x: Exec, *, name: str | None) -> Iterator[KeyChainView]:
    clock = x.part(Clock)
    second = clock.seconds(x.now)
    zone = clock.local(x.now)[1]
    chains = x.config.of(KeyChainsConfig).chains
    for each in sorted(chains):
        if name in (None, each):
            keys = chains[each].keys
            yield KeyChainView(each, zone, tuple(_key(n, keys[n], second) for n in sorted(keys)))


def _key(number: int, key: Key, second: int) -> KeyView:
    lifetimes = tuple(
        LifetimeView(use, lifetime, lifetime is None or lifetime.holds(second))
        for use, lifetime in (("accept", key.accept), ("send", key.send))
    )
    return KeyView(number, _clear(key.key_string), key.algorithm, lifetimes)


def _clear(string: KeyString | None) -> str | None:
    if string is None:
        return None
    return reveal(string.text) if string.encryption == _HIDDEN else string.text
