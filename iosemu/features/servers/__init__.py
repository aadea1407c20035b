"""RADIUS and TACACS+ servers: kept, never asked."""
