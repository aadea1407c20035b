"""Cisco Discovery Protocol: who is at the other end of each link."""
