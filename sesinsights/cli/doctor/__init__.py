"""The command that looks for what keeps the others from working."""
