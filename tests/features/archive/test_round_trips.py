"""A configuration that was printed comes back the same: pasted, replaced by, rolled back to."""

from __future__ import annotations

import os

import pytest

import iosemu
from iosemu.cli.configure import CONFIGURE, configure_line
from iosemu.cli.nvgen import as_data
from iosemu.cli.sample import sample_command
from iosemu.data import labs
from iosemu.device.router import Router
from iosemu.features.archive.replace import replace_by
from iosemu.features.system.files import configuration, text_of
from iosemu.kernel.rng import Random
from iosemu.lab.lab import Lab

from ..typing import running

LABS = sorted(path.parent.name for path in labs().glob("*/*.clab.yml"))
SEEDS = int(os.environ.get("IOSEMU_REPLACE_SEEDS", "6"))
LINES = 120


def dump(lab: Lab, device: str) -> list[str]:
    """The running configuration from its version to its end, below the notes."""
    shown = lab[device].cli("show running-config").rstrip().split("\n")
    return shown[next(n for n, line in enumerate(shown) if line.startswith("version ")) :]


@pytest.mark.goal("P3")
@pytest.mark.parametrize("name", LABS)
def test_dump_erase_paste_dump_is_identical(name: str) -> None:
    """A paste of the text does not bring ports up, so they are told to come up before it."""
    lab = running(name)
    for node in lab.topology.routers:
        before = dump(lab, node.name)
        device = lab[node.name]
        device.cli("write erase")
        device.cli("")
        device.cli("reload")
        while device.prompt.startswith(("System", "Proceed")):
            device.cli("no" if device.prompt.startswith("System") else "")
        lab.run_for(60)
        assert device.prompt == "Router#"
        interfaces = lab.routers[node.name].device.stack.interfaces
        assert all(i.settings.shutdown for i in interfaces.values() if i.is_hardware)
        assert device.configure("\n".join(before)) == ""
        shut = [line for line in dump(lab, node.name) if line == " shutdown"]
        assert len(shut) >= len(node.ports)
        is_shut = {
            port: " shutdown" in device.cli(f"show running-config interface {port}").split("\n")
            for port in node.ports
        }
        assert all(is_shut.values())
        for port in node.ports:
            block = before[before.index(f"interface {port}") :]
            if " shutdown" not in block[: block.index("!")]:
                device.configure(f"interface {port}\n no shutdown")
        assert dump(lab, node.name) == before


@pytest.mark.goal("P3")
@pytest.mark.parametrize("name", LABS)
def test_replace_goes_there_and_back(name: str) -> None:
    lab = running(name)
    for node in lab.topology.routers:
        device = lab[node.name]
        before = dump(lab, node.name)
        config = lab.routers[node.name].config
        device.cli("copy running-config flash:whole")
        device.cli("")
        lab.routers[node.name].device.files.flash["bare"] = b"hostname Bare\n"
        assert "Rollback Done" in device.cli("configure replace flash:bare force")
        assert dump(lab, node.name) != before
        assert "Rollback Done" in device.cli("configure replace flash:whole force")
        assert dump(lab, node.name) == before
        assert lab.routers[node.name].config == config


def configured_at_random(router: Router, random: Random) -> None:
    """Random valid lines, each its own commit, as typed."""
    modes = CONFIGURE
    for _ in range(LINES):
        if random.random() < 0.15:
            modes = CONFIGURE
        found = sample_command(router.grammar, modes, random, version=router.version)
        if found is None:
            modes = CONFIGURE
            continue
        done = configure_line(
            router.grammar, router.config, modes, found[1], version=router.version
        )
        modes = done.modes or CONFIGURE
        if done.config is not router.config:
            router.commit(done.config)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_configurations_replace_each_other(seed: int) -> None:
    lab = running()
    router, random = lab.routers["R1"], Random(f"replace {seed}".encode())
    kept = [text_of(configuration(router))]
    for _ in range(3):
        configured_at_random(router, random)
        text = text_of(configuration(router))
        assert router.built(text).refused == ()
        kept.append(text)
        lab.run_for(1)
    for number in (0, 2, 1, 3, 0):
        text = kept[number]
        report = replace_by(router, text)
        assert report[-2] == "Rollback Done", report
        shown = text_of(configuration(router))
        assert settings(shown) == settings(text)
        assert as_data(router.config) == as_data(router.built(text).config)
        lab.run_for(1)


def settings(text: str) -> list[str]:
    """The lines of a configuration without its notes."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("!")]


def test_a_startup_configuration_brings_ports_up_and_a_paste_does_not() -> None:
    lab = iosemu.load("hello")
    device = lab.routers["R1"].device
    text = "interface Ethernet0/0\n ip address 10.0.12.1 255.255.255.0\n"
    saved, device.files.nvram["startup-config"] = device.files.nvram["startup-config"], b""
    lab.boot()
    lab.run_for(3)
    interfaces = device.stack.interfaces
    assert not interfaces["Ethernet0/0"].is_up
    lab["R1"].configure(text)
    lab.run_for(3)
    assert not interfaces["Ethernet0/0"].is_up
    device.files.nvram["startup-config"] = text.encode()
    lab.routers["R1"].reload()
    lab.run_for(60)
    assert device.stack.interfaces["Ethernet0/0"].is_up
    assert saved
