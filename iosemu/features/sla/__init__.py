"""IP SLA: operations that probe the network, and the responder."""
