"""One router: its parts put together, its internal messages, its log, its boot."""
