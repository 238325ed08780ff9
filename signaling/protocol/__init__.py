"""What crosses the wire to and from the switchboard. No I/O; booth, console and switchboard import it."""
