"""PPP on serial lines without authentication: LCP, IPCP, CDPCP (RFC 1661, RFC 1332)."""
