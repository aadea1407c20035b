"""Renderer of `show ip ssh`, as IOS 15.4 prints it while there is no RSA key."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import SshView

VERSIONS = {None: "1.99", 1: "1.5", 2: "2.0"}


@renders(SshView)
def ssh(view: SshView) -> Iterator[str]:
    yield f"SSH Disabled - version {VERSIONS[view.version]}"
    yield "%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2)."
    yield (f"Authentication timeout: {view.timeout_s} secs; Authentication retries: {view.retries}")
    yield f"Minimum expected Diffie Hellman key size : {view.least_bits} bits"
    yield "IOS Keys in SECSH format(ssh-rsa, base64 encoded): NONE"
