"""VRFs: configuration, shows, and the tables of the stack."""
