"""The host side: the `iosemu` command, the lab prompt, the wall clock."""
