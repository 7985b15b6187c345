"""What an edge location decides: no I/O, no clock, no thread, no log."""
