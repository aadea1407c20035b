"""The paste doctor: damaged texts, what becomes of their lines, and that no damage is invented."""

from __future__ import annotations

from iosemu.cli.configure import CONFIGURE, configure_line
from iosemu.cli.nvgen import running_lines
from iosemu.lab.program import bare_config, program
from iosemu.session.doctor import Checked, Examination, Status, by_keyword, commands_of, examine


def checked(text: str) -> Examination:
    return examine(program().grammar, text, bare_config(program(), commands_of(text)))


def of_line(text: str, number: int) -> Checked:
    return next(line for line in checked(text).lines if line.number == number)


def test_every_line_of_the_text_is_told_of_once_and_in_order() -> None:
    text = "hostname R1\n\n! note\ninterface e0/0\n foo\n ip address\n10.0.0.1 255.0.0.0\nend\n"
    assert [line.number for line in checked(text).lines] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_line_is_applied_inert_or_refused_with_the_words_of_ios() -> None:
    text = "hostname R1\nip tcp selective-ack\nno ip cef fast\n"
    one, two, three = checked(text).lines
    assert (one.status, two.status, three.status) == (
        Status.APPLIED,
        Status.INERT,
        Status.REFUSED,
    )
    assert three.output == ("          ^", "% Invalid input detected at '^' marker.", "")


def test_a_refusal_of_a_check_is_its_own_text() -> None:
    text = "interface e0/0\n ip address 10.0.0.1 255.0.255.0\n"
    assert of_line(text, 2).output == ("Bad mask 0xFF00FF00 for address 10.0.0.1",)


def test_a_wrapped_command_is_joined_with_the_next_line() -> None:
    text = "interface e0/0\n ip address 10.0.0.1\n255.255.255.0\n no shutdown\n"
    wrapped, rest = of_line(text, 2), of_line(text, 3)
    assert wrapped.status is Status.APPLIED
    assert wrapped.typed == " ip address 10.0.0.1 255.255.255.0"
    assert wrapped.changes == ("joined with line 3",)
    assert (rest.status, rest.reason) == (Status.SKIPPED, "part of line 2")


def test_an_incomplete_command_before_a_good_one_is_not_joined() -> None:
    text = "interface e0/0\n ip address 10.0.0.1\n no shutdown\n"
    assert of_line(text, 2).status is Status.REFUSED
    assert of_line(text, 3).status is Status.APPLIED


def test_a_note_is_left_out_only_where_the_line_would_be_refused() -> None:
    text = "interface e0/0\n description to R2 (north)\n no shutdown (now)\n"
    assert of_line(text, 2).typed == " description to R2 (north)"
    assert of_line(text, 3).typed == " no shutdown"
    assert of_line(text, 3).changes == ("left out the note '(now)'",)


def test_prompts_say_which_lines_are_exec_commands() -> None:
    text = (
        "R1#show clock\n*12:00:00.000 UTC Mon Jan 2 2023\nR1#conf t\n"
        "Enter configuration commands, one per line.  End with CNTL/Z.\nR1(config)#hostname X\n"
        "X(config)#end\nX#wr\nBuilding configuration...\n[OK]\n"
    )
    found = checked(text)
    assert [line.typed for line in found.lines if line.is_line] == ["hostname X", "end"]
    assert found.count(Status.REFUSED) == 0
    assert of_line(text, 2).reason == "output of 'show clock'"


def test_an_exec_command_without_a_prompt_is_told_apart() -> None:
    assert of_line("hostname R1\nend\nwrite memory\n", 3).reason == "exec command"


def test_the_body_of_a_certificate_is_text() -> None:
    text = (
        "crypto pki certificate chain TP\n certificate self-signed 01\n  30820330 30820218\n"
        "  A0030201\n  \tquit\nhostname R1\n"
    )
    found = checked(text)
    assert [line.reason for line in found.lines[2:5]] == ["text of line 2"] * 3
    assert found.lines[5].status is Status.APPLIED


def test_a_banner_and_its_text_are_one_command() -> None:
    text = "banner motd ^C\n hostname X\n! not a note\n^C\nhostname R1\n"
    found = checked(text)
    assert found.lines[0].typed == "banner motd ^C\n hostname X\n! not a note\n^C"
    assert found.lines[0].status is not Status.REFUSED
    assert [line.reason for line in found.lines[1:4]] == ["text of line 1"] * 3
    assert [line.typed for line in found.lines if line.is_line][1:] == ["hostname R1"]


def test_a_banner_without_an_end_does_not_eat_the_rest() -> None:
    text = "banner motd ^C\nhostname R1\n"
    assert of_line(text, 2).status is Status.APPLIED


def test_the_table_counts_every_command_once() -> None:
    text = "hostname R1\nint e0/0\n no shutdown\n foo\n no foo\n! note\nend\n"
    rows = {row.keyword: row for row in by_keyword(checked(text).lines)}
    assert rows["foo"].refused == 2
    assert rows["interface"].applied == 1
    assert rows["shutdown"].applied == 1
    assert sum(row.lines for row in rows.values()) == 6


def test_a_clean_text_is_taken_as_a_router_takes_it() -> None:
    text = (
        "hostname R1\ninterface Ethernet0/0\n description a  b ! c\n"
        " ip address 10.0.0.1 255.0.0.0\n"
    )
    found = checked(text)
    config, modes = bare_config(program(), text), CONFIGURE
    for line in text.splitlines():
        done = configure_line(program().grammar, config, modes, line)
        config, modes = done.config, done.modes
    assert running_lines(program().grammar, found.config) == running_lines(
        program().grammar, config
    )
    assert not any(line.changes for line in found.lines)


def test_a_form_that_says_what_a_router_does_anyhow_is_not_inert() -> None:
    text = (
        "interface e0/0\n mop enabled\n no mop enabled\n arp arpa\n no arp arpa\n"
        " default arp arpa\n carrier-delay 5\n no carrier-delay\n"
    )
    inert = [line.status is Status.INERT for line in checked(text).lines[1:]]
    assert inert == [True, False, False, True, False, True, True]
