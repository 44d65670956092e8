"""Prints the responses of operations."""
