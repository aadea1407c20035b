"""`show key chain`: what a key says and whether it holds."""

from __future__ import annotations

import pytest

from ..typing import running

CHAINS = """
key chain KC
 key 1
  key-string cisco
 key 2
  key-string 7 070C285F4D06
  accept-lifetime 00:00:00 Jan 1 2001 infinite
  send-lifetime 10:10:10 Jan 1 2002 06:01:00 Jan 1 2030
 key 3
  send-lifetime 10:10:10 Jan 1 2030 duration 60
key chain OTHER
"""


def test_the_keys_of_a_chain_and_the_times_at_which_they_hold() -> None:
    lab = running()
    assert lab["R1"].configure(CHAINS) == ""
    expected = """\
Key-chain KC:
    key 1 -- text "cisco"
        accept lifetime (always valid) - (always valid) [valid now]
        send lifetime (always valid) - (always valid) [valid now]
    key 2 -- text "cisco"
        accept lifetime (00:00:00 UTC Jan 1 2001) - (infinite) [valid now]
        send lifetime (10:10:10 UTC Jan 1 2002) - (06:01:00 UTC Jan 1 2030) [valid now]
    key 3 -- text (unset)
        accept lifetime (always valid) - (always valid) [valid now]
        send lifetime (10:10:10 UTC Jan 1 2030) - (60 seconds)
"""
    assert lab["R1"].cli("show key chain KC").rstrip() == expected.rstrip()
    assert lab["R1"].cli("show key chain").rstrip() == f"{expected}Key-chain OTHER:"
    assert lab["R1"].cli("show key chain NONE") == ""
    lab["R1"].cli("clock set 10:10:30 Jan 1 2030")
    said = lab["R1"].cli("show key chain KC")
    assert "send lifetime (10:10:10 UTC Jan 1 2030) - (60 seconds) [valid now]" in said
    assert "(06:01:00 UTC Jan 1 2030)\n" in said


def test_a_second_reader_understands_it() -> None:
    parsers = pytest.importorskip("genie.libs.parser.iosxe.show_key_chain")
    lab = running()
    lab["R1"].configure(f"{CHAINS}key chain KC\n no key 3")
    said = lab["R1"].cli("show key chain KC")
    keys = parsers.ShowKeyChain(device=None).cli(output=said)["key_chains"]["KC"]["keys"]
    assert keys["2"]["key_string"] == "cisco"
    assert keys["2"]["accept_lifetime"] == {
        "start": "00:00:00 UTC Jan 1 2001",
        "end": "infinite",
        "is_valid": True,
    }
