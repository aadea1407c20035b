"""Renderers of NTP before the first answer, and of SSH while there is no RSA key."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.kernel.time import MILLISECOND

from .views import NtpAssociationsView, NtpStatusView, SshView


@renders(NtpStatusView)
def status(view: NtpStatusView) -> Iterator[str]:
    yield "Clock is unsynchronized, stratum 16, no reference clock"
    yield "nominal freq is 250.0000 Hz, actual freq is 250.0000 Hz, precision is 2**10"
    yield (
        f"ntp uptime is {view.uptime // (10 * MILLISECOND)} (1/100 of seconds), resolution is 4000"
    )
    yield "reference time is 00000000.00000000 (00:00:00.000 UTC Mon Jan 1 1900)"
    yield "clock offset is 0.0000 msec, root delay is 0.00 msec"
    yield "root dispersion is 0.00 msec, peer dispersion is 0.00 msec"
    yield "loopfilter state is 'FSET' (Drift set from file), drift is 0.000000000 s/s"
    yield "system poll interval is 64, never updated."


@renders(NtpAssociationsView)
def associations(view: NtpAssociationsView) -> Iterator[str]:
    yield ""
    yield "  address         ref clock       st   when   poll reach  delay  offset   disp"
    for address in view.addresses:
        yield (
            f" ~{address:<16}{'.INIT.':<16}{16:>2}{'-':>7}{64:>7}{0:>6}"
            f"{0.0:>7.3f}{0.0:>8.3f}{'15937.':>7}"
        )
    yield " * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured"


VERSIONS = {None: "1.99", 1: "1.5", 2: "2.0"}


@renders(SshView)
def ssh(view: SshView) -> Iterator[str]:
    yield f"SSH Disabled - version {VERSIONS[view.version]}"
    yield "%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2)."
    yield (f"Authentication timeout: {view.timeout_s} secs; Authentication retries: {view.retries}")
    yield f"Minimum expected Diffie Hellman key size : {view.least_bits} bits"
    yield "IOS Keys in SECSH format(ssh-rsa, base64 encoded): NONE"
