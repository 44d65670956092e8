"""The command that tells what happened to messages."""
