"""Ciphers, keys and key exchange.  Randomness is an argument."""
