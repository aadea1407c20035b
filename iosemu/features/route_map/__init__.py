"""Route maps and policy routing: configuration, shows, and handing them to the stack."""
