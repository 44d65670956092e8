"""The command that counts messages day by day."""
