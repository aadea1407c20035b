"""The box: its name, clock, version, configuration files."""
