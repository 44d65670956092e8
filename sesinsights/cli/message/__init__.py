"""The command that shows what happened to messages."""
