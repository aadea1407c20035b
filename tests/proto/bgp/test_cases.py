"""Cases as data: what happens to a table, and what it and the routing table hold then.

A file of `cases/` is a sentence and then steps, each a line that begins with `$ `; the lines that
follow are what the step prints.  UPDATE_GOLDEN=1 writes these anew.

    $ peer ADDRESS ASN             a session comes up; of AS 1 it is internal
    $ down ADDRESS                 it ends
    $ route PREFIX METRIC          EIGRP has a route; `lost PREFIX` takes it away
    $ tell ADDRESS PREFIX[,..] PATH [med=N] [pref=N]    an update; the path as 4,5 or -
    $ take ADDRESS PREFIX[,..]     a withdrawal
    $ set NAME=VALUE ..            settings of the table, or of `bgp bestpath`
    $ run SECONDS                  time passes
    $ table                        prefixes, their paths with `>` at the best, `m` at others in use
    $ routes                       what BGP has in the routing table
    $ log                          log lines so far
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from iosemu.proto.bgp.settings import Bestpath

from .rig import Rig, attributes

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def played(text: str) -> str:
    """The case with what its steps print now."""
    lines = text.splitlines()
    steps = [line for line in lines if line.startswith("$ ")]
    head = lines[: lines.index(steps[0])]
    rig = Rig()
    found = list(head)
    for step in steps:
        found.append(step)
        found += done(rig, *step[2:].split())
    return "\n".join(found) + "\n"


def done(rig: Rig, verb: str, *words: str) -> Iterator[str]:
    match verb, *words:
        case "peer", address, asn:
            rig.up(address, int(asn))
        case "down", address:
            rig.down(address)
        case "route", prefix, metric:
            rig.route(prefix, metric=int(metric))
        case "lost", prefix:
            rig.no_route(prefix)
        case "tell", address, prefixes, path, *more:
            given = dict(one.split("=") for one in more)
            said = attributes(
                "" if path == "-" else path.replace(",", " "),
                med=int(given["med"]) if "med" in given else None,
                local_pref=int(given["pref"]) if "pref" in given else None,
            )
            rig.announce(address, prefixes.replace(",", " "), said)
        case "take", address, prefixes:
            rig.withdraw(address, prefixes.replace(",", " "))
        case "set", *settings:
            for name, value in (one.split("=") for one in settings):
                change(rig, name, int(value))
            rig.configure()
        case "run", seconds:
            rig.run_for(float(seconds))
        case ("table",):
            yield from table(rig)
        case ("routes",):
            for route in rig.rib.routes():
                if route.protocol == "bgp":
                    hops = ", ".join(str(hop.address) for hop in route.next_hops)
                    yield f"{route.prefix} [{route.distance}/{route.metric}] via {hops}"
        case ("log",):
            yield from rig.logs
        case _:
            raise AssertionError((verb, *words))


def change(rig: Rig, name: str, value: int) -> None:
    if name in {field.name for field in fields(Bestpath)}:
        rig.bestpath = replace(rig.bestpath, **{name: bool(value)})
    else:
        rig.table_settings = replace(rig.table_settings, **{name: value})  # type: ignore[arg-type]


def table(rig: Rig) -> Iterator[str]:
    yield f"version {rig.table.version}"
    for key in sorted(rig.table.nets):
        net = rig.table.nets[key]
        yield f"{key} version {net.version}"
        for path in net.paths:
            mark = ">" if path is net.best else "m" if path in net.multipaths else " "
            yield f"  {mark} {path.source.address} path {path.attributes.as_path or '-'}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    text = case.read_text()
    now = played(text)
    if os.environ.get("UPDATE_GOLDEN"):
        case.write_text(now)
    assert now == text
