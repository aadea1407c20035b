"""Lab files: what a good one means, and where a bad one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu.data import labs
from iosemu.kernel.time import MILLISECOND
from iosemu.lab.loader import load
from iosemu.lab.places import LabFileError
from iosemu.lab.topology import End, Topology

GOOD = """\
name: pair
topology:
  defaults:
    labels:
      iosemu.seed: 7
      iosemu.epoch: "2016-01-02 18:10:00"
      iosemu.delay: 2ms
  kinds:
    cisco_iol:
      labels:
        iosemu.version: 15.10
  nodes:
    R1:
      kind: cisco_iol
      startup-config: R1.cfg
    R2:
      kind: cisco_iol
      image: any
      labels:
        iosemu.hardware: c7200
        iosemu.version: "12.4"
    SW:
      kind: bridge
  links:
    - endpoints: ["R1:e0/1", "R2:fa1/0"]
    - endpoints:
        - node: R2
          interface: Ethernet2/0
        - node: SW
          interface: eth1
      labels:
        iosemu.delay: 500us
        iosemu.rate: 10mbit
    - endpoints: ["R1:Ethernet1/0"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "R1.cfg").write_text("interface e3/2.7\n no shutdown\nend\n")
    (folder / "x.clab.yml").write_text(text)
    return folder


def test_a_lab_file_gives_its_topology(tmp_path: Path) -> None:
    lab = load(write(tmp_path, GOOD))
    assert (lab.name, lab.seed, lab.epoch_s) == ("pair", 7, 1_451_758_200)
    first, second = lab.routers
    assert (first.version, first.hardware) == ("15.10", "iol")
    assert first.ports == tuple(f"Ethernet{s}/{p}" for s in (0, 1, 3) for p in range(4))
    assert (second.version, second.hardware, second.startup) == ("12.4", "c7200", "")
    assert second.ports[-2:] == ("FastEthernet1/0", "FastEthernet1/1")
    assert lab.links[0].ends == (End("R1", "Ethernet0/1"), End("R2", "FastEthernet1/0"))
    assert [link.delay_ns for link in lab.links] == [2 * MILLISECOND, 500_000, 2 * MILLISECOND]
    assert lab.links[1].rate_kbps == 10_000
    assert lab.switches[0].ports == ("eth1",)


@pytest.mark.parametrize("name", ["hello", "static", "switch", "telnet"])
def test_shipped_labs_load(name: str) -> None:
    lab = load(labs() / name)
    assert isinstance(lab, Topology)
    assert lab.name == name
    assert all(router.startup for router in lab.routers)


BAD = [
    # what is replaced, by what, line, column, what the text says
    ("name: pair\n", "", 1, 1, "missing required field `name`"),
    ("name: pair", "name: [", 3, 0, "not YAML"),
    ("name: pair", "nme: pair", 1, 1, "unknown key 'nme'; expected mgmt, name"),
    ("topology:\n", "topology:\n  node: 1\n", 3, 3, "unknown key 'node'"),
    ("      image: any", "      imgae: any", 18, 7, "unknown key 'imgae'"),
    ("      image: any", "      image: any\n      image: b", 19, 7, "given before, in line 18"),
    (
        "    SW:\n      kind: bridge",
        "    SW:\n      kind: brigde",
        23,
        13,
        "kind 'brigde'; expected",
    ),
    ("    SW:\n      kind: bridge", "    SW:", 22, 5, "node SW has no kind; expected cisco_iol"),
    ("startup-config: R1.cfg", "startup-config: R9.cfg", 15, 23, "R9.cfg cannot be read: No such"),
    ("startup-config: R1.cfg", "type: l2", 15, 13, "has type 'l2'; expected a router"),
    (
        "hardware: c7200",
        "hardware: c9000",
        20,
        26,
        "iosemu.hardware is 'c9000'; expected iol, iosv, c7200, csr1000v",
    ),
    ('"12.4"', '"12.x"', 21, 25, "iosemu.version is '12.x'; expected an IOS release"),
    ("iosemu.hardware", "iosemu.hadrware", 20, 9, "unknown label 'iosemu.hadrware'"),
    ("iosemu.rate: 10mbit", "iosemu.rate: fast", 33, 22, 'expected a rate as "10mbit"'),
    ("iosemu.delay: 500us", "iosemu.delay: 5", 32, 23, 'expected a time as "5ms"'),
    ("iosemu.seed: 7", "iosemu.seed: x", 5, 20, "iosemu.seed is 'x'; expected a number"),
    ("2016-01-02", "2016-02-30", 6, 21, "expected a date"),
    ('"R2:fa1/0"', '"R3:fa1/0"', 25, 30, "no node 'R3'; expected R1, R2, SW"),
    ('"R2:fa1/0"', '"R2:xe1/0"', 25, 30, "'xe1/0' is no interface a link fits"),
    ('"R2:fa1/0"', '"R2:lo0"', 25, 30, "'lo0' is no interface a link fits"),
    ('"R2:fa1/0"', '"R2:fa1/0.7"', 25, 30, "'fa1/0.7' is no interface a link fits"),
    ('"R2:fa1/0"', '"R2"', 25, 30, "names no interface; expected NODE:INTERFACE"),
    ('"R2:fa1/0"', '"R1:Ethernet0/1"', 25, 30, "R1:Ethernet0/1 was used before, in line 25"),
    ('"R2:fa1/0"]', '"R2:fa1/0", "R2:e3/0"]', 25, 18, "a link has 3 endpoints; expected 2"),
    ('["R1:Ethernet1/0"]', '["R2:Eth2/0"]', 34, 19, "R2:Ethernet2/0 was used before, in line 28"),
    ("        - node: SW\n", "        - nod: SW\n", 29, 11, "unknown key 'nod'; expected"),
    (
        "      labels:\n        iosemu.delay",
        "      lables:\n        iosemu.delay",
        31,
        7,
        "'lables'",
    ),
    ("    - endpoints:\n", "    - type: macvlan\n      endpoints:\n", 26, 13, "not simulated"),
    ("  kinds:", "  kinds: 3\n  x:", 8, 10, "expected `object`, got `int`"),
    ("    R2:\n", "    R2:\n      group: core\n", 17, 14, "no group 'core'; expected none is"),
    ("    R1:\n", "    R 1:\n", 13, 5, "'R 1' is no node name"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "text"), BAD)
def test_a_bad_lab_file_says_where_and_what(
    tmp_path: Path, old: str, new: str, line: int, column: int, text: str
) -> None:
    assert old in GOOD
    with pytest.raises(LabFileError) as caught:
        load(write(tmp_path, GOOD.replace(old, new, 1)))
    first = caught.value.problems[0]
    assert text in first.text
    assert (first.line, first.column or 0) == (line, column or first.column)
    assert str(caught.value).startswith(f"{tmp_path}/x.clab.yml:{line}:")


def test_all_problems_are_listed_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("R1.cfg", "no.cfg").replace("fa1/0", "xx").replace("bridge", "hub")
    with pytest.raises(LabFileError) as caught:
        load(write(tmp_path, text))
    assert [p.line for p in caught.value.problems] == [15, 23, 25]


@pytest.mark.parametrize("names", [[], ["a.clab.yml", "b.clab.yml"]])
def test_a_folder_holds_one_topology(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("name: x")
    with pytest.raises(LabFileError, match=r"expected one NAME\.clab\.yml in the folder, found"):
        load(tmp_path)


def test_a_lab_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabFileError, match="there is no such lab"):
        load(tmp_path / "nowhere")


def test_an_empty_file_and_one_that_is_not_text(tmp_path: Path) -> None:
    file = tmp_path / "x.clab.yml"
    file.write_text("")
    with pytest.raises(LabFileError, match="is empty; expected"):
        load(file)
    file.write_bytes(b"name: \xff")
    with pytest.raises(LabFileError, match="byte 6 is not UTF-8"):
        load(file)
