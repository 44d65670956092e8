"""The commands that export messages and metrics."""
