"""A capture that is read while it is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import iosemu
from iosemu.shell.console import Console


@pytest.mark.goal("P12")
def test_a_fifo_gets_the_frames_as_they_pass(tmp_path: Path) -> None:
    lab = iosemu.load("serial")
    lab.boot()
    lab.run_for(10)
    console = Console(lab, lambda data: None, origin="serial")
    fifo = tmp_path / "live"
    os.mkfifo(fifo)
    console.command(f"capture {fifo} R1:Serial1/0")
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    head = os.read(reader, 65_536)
    assert head.startswith(b"\x0a\x0d\x0d\x0a")
    assert b"R1:Serial1/0" in head
    whole = lab.capture("R1:Serial1/0")
    console.guarded(lambda: lab.run_for(60))
    live = head + os.read(reader, 65_536)
    assert live == whole.encode()
    console.end()
    assert lab.fabric.taps.get(("R1", "Serial1/0"), ()) != ()
    os.close(reader)


@pytest.mark.goal("P12")
def test_a_command_reads_the_capture_and_its_end_is_noticed(tmp_path: Path) -> None:
    lab = iosemu.load("serial")
    lab.boot()
    lab.run_for(10)
    said: list[bytes] = []
    console = Console(lab, said.append, origin="serial")
    file = tmp_path / "copy"
    console.command(f"capture R1:Serial1/0 | dd of={file} status=none")
    (pipe,) = console.pipes
    whole = lab.capture("R1:Serial1/0")
    console.guarded(lambda: lab.run_for(60))
    console.end()
    assert pipe.process is not None
    assert pipe.process.wait(30) == 0
    assert file.read_bytes() == whole.encode()
