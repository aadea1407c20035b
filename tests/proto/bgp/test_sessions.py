"""Sessions between two routers, over the TCP of their stacks."""

from __future__ import annotations

from .net import neighbor, pair, process


def test_two_routers_establish_a_session_at_once() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    # The first segments are lost to ARP.
    assert net.until_up(one, "10.0.1.2") < 2.1
    net.wait(1)
    assert two.is_up("10.0.1.1")
    assert one.log_lines()[-1:] == ["%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Up "]
    assert two.log_lines()[-1:] == ["%BGP-5-ADJCHANGE: neighbor 10.0.1.1 Up "]
