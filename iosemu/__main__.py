"""`python -m iosemu`: the `iosemu` command."""

from __future__ import annotations

import sys

from iosemu.shell.app import main

if __name__ == "__main__":
    sys.exit(main())
