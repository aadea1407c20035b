"""Static ARP entries and the ARP table's show."""
