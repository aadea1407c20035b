"""BGP-4, RFC 4271: sessions, tables, the decision process of IOS, next-hop tracking."""
