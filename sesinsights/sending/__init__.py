"""Sending from templates, to one or many destinations, with a result for each."""
