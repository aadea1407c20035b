"""Access lists: configuration, shows, and handing them to the stack."""
