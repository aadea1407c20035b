"""`tclsh`: a subset of Tcl 8.3, enough for what is pasted into routers.

The interpreter is pure and does not wait.  Where a script wants something of the router (an exec
command, which may take virtual time), the run stops with a request; with the answer it is run again
from its beginning, along the answers it already has.  So all that is kept is text, and a snapshot
may be taken while a script pings.
"""
