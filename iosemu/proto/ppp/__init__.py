"""PPP on serial lines without authentication: LCP, IPCP, IPV6CP, CDPCP (RFC 1661, 1332, 5072)."""
