"""Additional paths: which are told, and by which identifiers."""

from __future__ import annotations

from iosemu.proto.base import TcpWrite
from iosemu.proto.bgp.settings import Outbound, PathChoice, PeerKind, TableSettings
from iosemu.wire.bgp import parse, split
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_update import Context, Update

from .out_rig import OutRig
from .rig import attributes

TAKES = Context(internal=True, add_path=(IPV4_UNICAST,))
NET, LISTENER, PLAIN = "192.0.2.0/24", "10.0.9.9", "10.0.9.8"


def outbound(choice: PathChoice) -> Outbound:
    return Outbound(PeerKind.INTERNAL, additional_paths=True, advertised_paths=choice)


def rig_with(choice: PathChoice) -> OutRig:
    """Three neighbors that tell of the same prefix, a member that takes additional paths, and one
    of its group that does not."""
    rig = OutRig(TableSettings(selected_paths=PathChoice(all=True)))
    rig.configure(enforce_first_as=False)
    rig.route("10.0.0.0/8")
    for n, asn in ((2, 20), (3, 30), (4, 30)):
        rig.up(f"10.0.{n}.{n}", asn, local="10.0.9.1")
    for address in (LISTENER, PLAIN):
        rig.up(address, 1, outbound=outbound(choice), local="10.0.9.1")
    for group in rig.state.advertising.groups.values():
        for member in group.members.values():
            if member.peer == rig.sessions[LISTENER].peer:
                member.form = member.form._replace(context=TAKES)
    for n, path in ((2, "20"), (3, "30 31"), (4, "30 31 32")):
        rig.announce(f"10.0.{n}.{n}", NET, attributes(path))
    rig.run_for(10)
    return rig


def heard(rig: OutRig, address: str = LISTENER) -> list[str]:
    """Identifier and path of what is announced, `-` and identifier of what is withdrawn."""
    rig.run_for(0.1)
    conn = rig.sessions[address].conn
    new, rig.read = rig.written[rig.read :], len(rig.written)
    data = b"".join(w.data for w in new if isinstance(w, TcpWrite) and w.conn == conn)
    found: list[str] = []
    for one in split(data).messages:
        update = parse(one, TAKES if address == LISTENER else TAKES._replace(add_path=()))
        assert isinstance(update, Update)
        found += [f"-{n}" for unreach in update.withdrawn for n in unreach.path_ids or (0,)]
        for reach in update.announced:
            found += [f"{n} {reach.attributes.as_path}" for n in reach.path_ids or (0,)]
    return found


def test_all_paths_are_told_the_best_as_number_0() -> None:
    assert sorted(heard(rig_with(PathChoice(all=True)))) == ["0 20", "1 30 31", "2 30 31 32"]


def test_only_the_best_two() -> None:
    assert sorted(heard(rig_with(PathChoice(best=2)))) == ["0 20", "1 30 31"]


def test_only_the_best_of_each_as() -> None:
    assert sorted(heard(rig_with(PathChoice(group_best=True)))) == ["0 20", "1 30 31"]


def test_who_does_not_take_them_gets_the_best_alone() -> None:
    assert heard(rig_with(PathChoice(all=True)), PLAIN) == ["0 20"]


def test_paths_move_up_when_one_goes() -> None:
    rig = rig_with(PathChoice(all=True))
    heard(rig)
    rig.withdraw("10.0.3.3", NET)
    assert heard(rig) == ["-2", "1 30 31 32"]
    rig.withdraw("10.0.2.2", NET)
    assert heard(rig) == ["-1", "0 30 31 32"]
    rig.withdraw("10.0.4.4", NET)
    assert heard(rig) == ["-0"]
