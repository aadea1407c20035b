"""EIGRP, RFC 7868: hello, reliable transport, DUAL; classic and wide metrics."""
