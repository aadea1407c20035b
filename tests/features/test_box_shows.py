"""What a router says it is and runs: version, inventory, processes, technical support."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.features.processes import show as processes_show  # noqa: F401
from iosemu.features.processes.views import ProcessesView, ProcessRow
from iosemu.features.system import show as system_show  # noqa: F401
from iosemu.features.system.platforms import PLATFORMS
from iosemu.features.system.views import InventoryView, Item, VersionView
from iosemu.kernel.time import MINUTE

from .samples import rendered, sample, unpadded


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(70)
    return lab


@pytest.mark.parametrize(
    ("hardware", "release", "name"),
    [("c7200", "15.2(4)S5", "show_version__1.txt"), ("iosv", "15.7(3)M3", "show_version__2.txt")],
)
def test_the_version_says_nothing_a_device_does_not_say(
    hardware: str, release: str, name: str
) -> None:
    captured = unpadded(sample(name))
    view = VersionView(
        hostname=next(line.split()[0] for line in captured if " uptime is " in line),
        platform=PLATFORMS[hardware],
        release=release,
        board=next(line.split()[-1] for line in captured if "board ID" in line),
        uptime=(14 if hardware == "c7200" else 123) * MINUTE,
        reload_reason="Unknown reason",
        interfaces=((1, "Ethernet"), (4, "Gigabit Ethernet"))
        if hardware == "c7200"
        else ((4, "Gigabit Ethernet"),),
        was_reloaded=True,
    )
    place = -1
    ours = (
        [line.replace("ADVENTERPRISEK9", "ADVIPSERVICESK9") for line in rendered(view)]
        if (hardware == "c7200")
        else rendered(view)
    )
    said = [line.rstrip() for line in ours if line.strip() and "iosemu" not in line]
    for line in said:
        # The image of the capture was the second one of its release, and was loaded by another way.
        line = line.replace("(fc1)", "(fc2)") if hardware == "iosv" else line
        if line.startswith("System returned to ROM by reload") and hardware == "c7200":
            continue
        assert line in captured[place + 1 :], line
        place = captured.index(line, place + 1)


def test_the_inventory_is_printed_as_captured() -> None:
    card = Item("One port Fastethernet TX", "One port Fastethernet TX", "NM-1FE-TX=", "1.0")
    view = InventoryView((Item("3640 chassis", "3640 chassis", "", "0xFF"), card), "7720321")
    captured = sample("show_inventory__1.txt")
    lines = rendered(view)
    assert lines[:2] == [captured[0], captured[1].replace("FF1045C5", "7720321")]
    assert lines[3:] == captured[3:6]


def test_processes_are_printed_as_captured() -> None:
    rows = (
        ProcessRow(100, 0, 1, "cpf_process_tpQ"),
        ProcessRow(244, 2930, 365006, "cdp init process"),
        ProcessRow(615, 19084, 730005, "SBC main process"),
    )
    captured = unpadded(sample("show_processes_cpu__1.txt"))
    ours = unpadded(rendered(ProcessesView((0, 0, 0), rows)))
    assert ours[2:] == [captured[2], captured[4], captured[9]]


def test_processes_are_the_engines_and_how_often_they_were_asked(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("ping 10.0.12.2")

    def invoked() -> dict[str, int]:
        rows = [line.split(None, 8) for line in r1.cli("show processes cpu").splitlines()[2:]]
        return {row[8].strip(): int(row[2]) for row in rows}

    before = invoked()
    assert {"IP Connected Rou", "IP Static Routin", "Logger", "IP Ping"} <= set(before)
    r1.cli("ping 10.0.12.2 repeat 3")
    after = invoked()
    assert after["IP Ping"] > before["IP Ping"]
    counts = [int(line.split()[2]) for line in r1.cli("show processes cpu sorted").splitlines()[2:]]
    assert counts == sorted(counts, reverse=True)


def test_the_version_tells_of_the_boot(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    text = r1.cli("show version")
    assert "R1 uptime is 1 minute\nSystem returned to ROM by power-on\n" in text
    assert "4 Ethernet interfaces\n" in text
    r1.cli("clock set 10:00:00 1 May 2016")
    assert "System restarted at 09:58:5" in r1.cli("show version")
    r1.cli("write memory")
    r1.cli("reload")
    r1.cli("")
    lab.run_for(60)
    assert "System returned to ROM by reload\n" in lab["R1"].cli("show version")


def test_protocols_list_what_is_addressed(lab: iosemu.Lab) -> None:
    lines = lab["R1"].cli("show protocols").splitlines()
    assert lines[:6] == [
        "Global values:",
        "  Internet Protocol routing is enabled",
        "Ethernet0/0 is up, line protocol is up",
        "  Internet address is 10.0.12.1/24",
        "Ethernet0/1 is up, line protocol is up",
        "  Internet address is 10.0.13.1/24",
    ]
    assert "Ethernet0/3 is administratively down, line protocol is down" in lines


def test_technical_support_is_one_show_after_the_other(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    text = r1.cli("show tech-support")
    titles = [line.strip("- ") for line in text.splitlines() if line.startswith("-----")]
    assert titles[:2] == ["show clock", "show version"]
    for title in titles[1:4]:
        if title != "show running-config":
            assert f"{title} ------------------\n\n{r1.cli(title)}" in text


def test_keepalives_of_an_ethernet_port_are_inert(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show lab inert").splitlines()
    r1.configure("interface Ethernet0/0\n keepalive 20")
    assert [line for line in r1.cli("show lab inert").splitlines() if line not in before] == [
        "interface Ethernet0/0",
        " keepalive 20",
    ]


def test_inert_lines_are_listed_under_their_heads(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show lab inert").splitlines()
    r1.configure(
        "snmp-server community public ro\nntp server 10.0.0.9 prefer\n"
        "logging host 10.0.0.9 transport tcp\nip http authentication local\nhostname R1\n"
        "interface e0/0\n carrier-delay 5"
    )
    assert [line for line in r1.cli("show lab inert").splitlines() if line not in before] == [
        "interface Ethernet0/0",
        " carrier-delay 5",
        "ip http authentication local",
        "logging host 10.0.0.9 transport tcp",
        "snmp-server community public ro",
        "ntp server 10.0.0.9 prefer",
    ]


def test_memory_is_what_the_state_takes(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]

    def figures() -> list[int]:
        head, row = r1.cli("show memory statistics").splitlines()
        assert head.split()[1:4] == ["Total(b)", "Used(b)", "Free(b)"]
        name, _, *numbers = row.split()
        assert name == "Processor"
        return [int(number) for number in numbers]

    total, used, free, lowest, largest = figures()
    assert f"{total // 1024}K bytes of memory" in r1.cli("show version")
    assert (used + free, largest) == (total, free)
    r1.cli("show running-config | redirect flash:kept")
    size = len(r1.cli("more flash:kept"))
    _, more_used, less_free, still_lower, _ = figures()
    assert more_used >= used + size
    assert still_lower == less_free < lowest
    r1.cli("delete /force flash:kept")
    _, _, free_again, lowest_now, _ = figures()
    assert lowest_now == less_free < free_again


def test_all_processes_wait(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    of_all = [line.split(None, 8) for line in r1.cli("show processes").splitlines()[2:]]
    of_cpu = [line.split(None, 8) for line in r1.cli("show processes cpu").splitlines()[2:]]
    assert [(row[0], row[4], row[8].strip()) for row in of_all] == [
        (row[0], row[2], row[8].strip()) for row in of_cpu
    ]
    assert {row[1] for row in of_all} == {"Mwe"}
