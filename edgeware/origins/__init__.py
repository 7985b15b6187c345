"""What stands for an origin on this machine."""
