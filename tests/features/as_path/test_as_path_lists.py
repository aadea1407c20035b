"""AS path access lists as they are typed, refused and shown."""

from __future__ import annotations

import iosemu

from ..shop import router


def test_lines_are_kept_in_order_and_taken_out_by_content() -> None:
    held = router()
    lines = [
        "ip as-path access-list 1 permit ^65001_[0-9]+$",
        "ip as-path access-list 1 deny .*",
        "ip as-path access-list 20 permit ^$",
    ]
    assert held.type(*reversed(lines)) == []
    assert [line for line in held.running if "as-path" in line] == [lines[1], lines[0], lines[2]]
    held.type(lines[0], f"no {lines[1]}")
    assert [line for line in held.running if "as-path" in line] == [lines[0], lines[2]]
    held.type("no ip as-path access-list 1")
    assert [line for line in held.running if "as-path" in line] == [lines[2]]


def test_what_is_no_expression_is_refused() -> None:
    held = router()
    assert held.type("ip as-path access-list 1 permit (1") == ["% Invalid regular expression: (1"]
    assert held.type("ip as-path access-list 1 permit *") == ["% Invalid regular expression: *"]
    assert not any("as-path" in line for line in held.running)


def test_the_show() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    r1 = lab["R1"]
    r1.configure(
        "ip as-path access-list 7 permit _65001_\nip as-path access-list 2 permit ^$\n"
        "ip as-path access-list 2 deny .*"
    )
    seven = ["AS path access list 7", "    permit _65001_"]
    assert r1.cli("show ip as-path-access-list").splitlines() == [
        "AS path access list 2",
        "    permit ^$",
        "    deny .*",
        *seven,
    ]
    assert r1.cli("show ip as-path-access-list 7").splitlines() == seven
