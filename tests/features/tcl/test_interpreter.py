"""The Tcl subset: what Tcl 8.3 answers to the same source."""

from __future__ import annotations

import pytest

from iosemu.features.tcl import control, words  # noqa: F401  (registers the commands)
from iosemu.features.tcl.interpreter import Answer, Request, State, run
from iosemu.features.tcl.parse import elements, is_complete, listed


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("set a 5; set a", "5"),
        ("set a 5\nincr a\nincr a -3", "3"),
        ("set a x; append a y z", "xyz"),
        ('set a {b c}; set d "$a [set a]"', "b c b c"),
        (r'set a "x\ty"', "x\ty"),
        ("set a \\\n  5", "5"),
        ("expr 1 + 2 * 3", "7"),
        ("expr {(1 + 2) * 3}", "9"),
        ("expr {7 / 2}", "3"),
        ("expr {-7 / 2}", "-4"),
        ("expr {-7 % 3}", "2"),
        ("expr {7 / 2.0}", "3.5"),
        ("expr {1 << 4 | 1}", "17"),
        ("expr {0x10 == 16}", "1"),
        ('expr {"a" eq "a" && "b" ne "a"}', "1"),
        ("expr {1 ? 10 : 20}", "10"),
        ("expr {0 && [error no]}", "0"),
        ("expr {1 || $nothing}", "1"),
        ("expr {max(3, 9) - min(1, 2)}", "8"),
        ("expr {!0}", "1"),
        ("expr {2 < 10}", "1"),
        ('expr {"2x" < "10"}', "0"),
        ("set s 0; foreach x {1 2 3} {incr s $x}; set s", "6"),
        ("set s {}; foreach {a b} {1 2 3 4} {lappend s $b$a}; set s", "21 43"),
        ("set s 0; for {set i 0} {$i < 5} {incr i} {incr s $i}; set s", "10"),
        ("set i 0; while {1} {if {[incr i] == 4} break}; set i", "4"),
        ("set s 0; foreach x {1 2 3} {if {$x == 2} continue; incr s $x}; set s", "4"),
        ("if {0} {set a 1} elseif {1} {set a 2} else {set a 3}", "2"),
        ("if 0 then {set a 1} else {set a 3}", "3"),
        ("proc f {a b} {return [expr {$a * $b}]}; f 6 7", "42"),
        ("proc f {a args} {llength $args}; f 1 2 3", "2"),
        ("set g 5; proc f {} {global g; incr g}; f; set g", "6"),
        (
            "proc fact n {if {$n < 2} {return 1}; expr {$n * [fact [expr {$n - 1}]]}}; fact 10",
            "3628800",
        ),
        ("catch {error boom} e; set e", "boom"),
        ("catch {set nothing} e", "1"),
        ("catch {expr 1/0} e; set e", "divide by zero"),
        ("list a {b c} {}", "a {b c} {}"),
        ("lindex {a {b c} d} 1", "b c"),
        ("lindex {a b c} end", "c"),
        ("llength {a {b c} d}", "3"),
        ("lrange {a b c d} 1 end-1", "b c"),
        ("linsert {a b} 1 x", "a x b"),
        ("lreplace {a b c} 1 1 x y", "a x y c"),
        ("lsearch {a b c} b", "1"),
        ("lsort -integer {10 9 2}", "2 9 10"),
        ("lsort {b a}", "a b"),
        ("split 10.0.0.1 .", "10 0 0 1"),
        ("join {10 0 0 1} .", "10.0.0.1"),
        ("string length hello", "5"),
        ("string range hello 1 3", "ell"),
        ("string toupper abc", "ABC"),
        ("string match {R[12]*} R1x", "1"),
        ("string trim {  a  }", "a"),
        ("string first b abc", "1"),
        ("string map {a 1 b 2} abc", "12c"),
        ("format {%-5s|%03d} ab 7", "ab   |007"),
        (r"regexp {(\d+)/(\d+)} {Success rate (4/5)} all a b; list $a $b", "4 5"),
        ("regsub -all {a} banana o", "bonono"),
        ("array set h {x 1 y 2}; expr {$h(x) + $h(y)}", "3"),
        ("set h(a) 1; set k a; set h($k)", "1"),
        ("info exists nothing", "0"),
        ("switch b {a {set r 1} b {set r 2} default {set r 3}}", "2"),
        ("switch -glob xyz {a* {set r 1} x* {set r 2}}", "2"),
        ("eval {set a 1}", "1"),
        ("# a comment\nset a 1", "1"),
        ("set a 1 ;# behind a command", "1"),
        ("concat a {b c}", "a b c"),
    ],
)
def test_a_script_has_its_value(source: str, result: str) -> None:
    outcome = run(source, State(), [])
    assert (outcome.result, outcome.failed) == (result, False)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("set", "wrong # args"),
        ("set nothing", 'can\'t read "nothing": no such variable'),
        ("expr {1 +}", "syntax error in expression"),
        ("expr {(}", "syntax error in expression"),
        ("incr a x", "expected integer"),
        ("while 1 {}", "too many commands in one script"),
        ("for {} 1 {} {}", "too many commands in one script"),
        ("proc f {} {f}; f", "too many nested calls"),
        ("lindex {a {b} 0", "missing close-brace"),
        ('set a "x"y', "extra characters after close-quote"),
        ("proc f a {}; f", 'wrong # args: should be "f a"'),
        ("string map {a} b", "char map list unbalanced"),
        ("regexp ( x", "couldn't compile regular expression"),
        ("expr {" + "(" * 2000 + "1}", "too many nested calls"),
    ],
)
def test_what_is_wrong_is_an_error(source: str, message: str) -> None:
    outcome = run(source, State(), [])
    assert outcome.failed
    assert message in outcome.result


def test_output_is_kept_in_order() -> None:
    assert run("puts a; puts -nonewline b; puts stdout c", State(), []).printed == "a\nbc\n"


def test_a_failed_script_keeps_what_it_had_set() -> None:
    outcome = run("set a 1; error x", State(), [])
    assert outcome.failed
    assert outcome.state.variables == {"a": "1"}


def test_a_run_stops_where_it_needs_the_router() -> None:
    script = 'foreach x {1 2} {puts [exec "ping $x"]}; show clock'
    first = run(script, State(), [])
    assert first.request == Request("exec", ("ping 1",))
    second = run(script, State(), [Answer("!!")])
    assert (second.printed, second.request) == ("!!\n", Request("exec", ("ping 2",)))
    third = run(script, State(), [Answer("!!"), Answer("..")])
    assert third.request == Request("show", ("show clock",))
    last = run(script, State(), [Answer("!!"), Answer(".."), Answer("")])
    assert (last.request, last.printed) == (None, "!!\n..\n")


def test_a_failed_command_of_the_router_can_be_caught() -> None:
    outcome = run("catch {exec bogus} e; set e", State(), [Answer("% Invalid", failed=True)])
    assert outcome.result == "% Invalid"


@pytest.mark.parametrize("source", ["foreach x {", "puts [set a", 'puts "x', "if {1} {\nputs {"])
def test_an_open_source_waits_for_more(source: str) -> None:
    assert not is_complete(source)


@pytest.mark.parametrize("items", [["a", "b c", "", "{", "}x", "$a [b]", 'q"', "\\"], []])
def test_a_list_is_read_as_it_was_written(items: list[str]) -> None:
    assert elements(listed(items)) == items
