"""`tclsh` on a router: sweeps in virtual time, configuration, files, saving in the middle."""

from __future__ import annotations

from iosemu import restore

from ..typing import running, screen, typed

SWEEP = ("foreach address {", "10.0.12.2", "10.0.12.99", "} { ping $address repeat 2 }")


def test_a_sweep_pings_one_address_after_the_other() -> None:
    lab = running()
    lab.run_for(5)
    before = lab.now
    shown = screen(lab, "tclsh", *SWEEP, "tclquit")
    assert shown[:5] == [
        "R1#tclsh",
        "R1(tcl)#foreach address {",
        "+>(tcl)#10.0.12.2",
        "+>(tcl)#10.0.12.99",
        "+>(tcl)#} { ping $address repeat 2 }",
    ]
    sent = [line for line in shown if line.startswith("Sending")]
    assert [line.split()[6] for line in sent] == ["10.0.12.2,", "10.0.12.99,"]
    assert "Success rate is 0 percent (0/2)" in shown
    assert shown[-1] == "R1(tcl)#tclquit"
    assert lab["R1"].prompt == "R1#"
    assert 4 <= lab.now - before < 8


def test_the_output_of_a_ping_can_be_worked_on() -> None:
    lab = running()
    lab.run_for(5)
    typed(lab, "tclsh", "ping 10.0.12.2")
    out = typed(
        lab,
        "foreach a {10.0.12.2 10.0.12.99} {",
        'set out [exec "ping $a repeat 2"]',
        'if {[regexp {rate is (\\d+)} $out all rate]} {puts "$a $rate"}',
        "}",
    )[-1]
    assert out.splitlines() == ["10.0.12.2 100", "10.0.12.99 0"]


def test_exec_commands_fall_through() -> None:
    lab = running()
    plain = typed(lab, "show privilege", "show clock")
    typed(lab, "tclsh")
    assert typed(lab, "show privilege", "show clock") == plain
    assert typed(lab, 'puts "[string toupper [exec {show privilege}]]"') == [
        "CURRENT PRIVILEGE LEVEL IS 15"
    ]
    assert "% Invalid input detected at '^' marker." in typed(lab, "bogus words")[0]
    assert typed(lab, "catch {exec {bogus words}} e") == ["1"]


def test_lines_are_configured() -> None:
    lab = running()
    typed(lab, "tclsh")
    typed(
        lab,
        "for {set n 1} {$n <= 3} {incr n} {",
        'ios_config "interface Loopback10$n" "ip address 10.9.$n.1 255.255.255.255"',
        "}",
    )
    shown = typed(lab, "show running-config interface Loopback102")[0]
    assert "ip address 10.9.2.1 255.255.255.255" in shown
    assert "% Invalid input" in typed(lab, 'ios_config "bogus"')[0]
    assert typed(lab, "configure terminal", "hostname R9") == [
        "Enter configuration commands, one per line.  End with CNTL/Z.",
        "",
    ]
    assert lab["R1"].prompt == "R9(config)#"
    typed(lab, "end")
    assert lab["R1"].prompt == "R9(tcl)#"


def test_variables_and_procedures_stay() -> None:
    lab = running()
    typed(lab, "tclsh", "set a 41", "proc next {x} {", "expr {$x + 1}", "}")
    assert typed(lab, "next $a", "set b") == ["42", 'can\'t read "b": no such variable']


def test_questions_of_commands_are_answered() -> None:
    lab = running()
    typed(lab, "tclsh", "typeahead {copied}", "exec {copy running-config flash:x}")
    assert list(lab.routers["R1"].device.files.flash) == ["copied"]


def test_a_script_file_runs_and_ends() -> None:
    lab = running()
    lab.routers["R1"].device.files.flash["s.tcl"] = b"puts one\nafter 3000\nputs two\n"
    before = lab.now
    assert typed(lab, "tclsh flash:s.tcl")[0].splitlines() == ["one", "two"]
    assert round(lab.now - before) == 3
    assert lab["R1"].prompt == "R1#"
    assert typed(lab, "tclsh flash:none") == [
        "%Error opening unix:/none (No such file or directory)"
    ]


def test_a_saved_lab_goes_on_in_the_middle_of_a_script() -> None:
    lab = running()
    console = lab["R1"].console()
    console.send("\renable\rtclsh\r")
    lab.run_for(1)
    console.send("foreach t {1 2 3} {after 1000; puts [exec {show clock}]}\r")
    lab.run_for(1.5)
    twin = restore(lab.snapshot())
    other = twin["R1"].console()
    console.read()
    for one in (lab, twin):
        one.run_for(3)
    assert console.read() == other.read() != ""
    assert lab.digest == twin.digest


def test_an_endless_script_ends() -> None:
    lab = running()
    typed(lab, "tclsh")
    assert typed(lab, "while 1 {}") == ["too many commands in one script"]
