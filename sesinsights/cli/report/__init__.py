"""The command that writes a report."""
