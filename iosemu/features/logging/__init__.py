"""Where log lines go, and the buffer that keeps them."""
