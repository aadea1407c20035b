"""Who may log in, and with what: users, enable passwords, method lists."""
