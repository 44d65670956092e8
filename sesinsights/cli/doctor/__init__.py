"""The command that checks whether the other commands can work."""
