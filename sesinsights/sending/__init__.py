"""Sends from templates, one or many, and what became of each."""
