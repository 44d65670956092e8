"""Sends from templates, one or many, and the result of each."""
