"""Commands for suppression lists."""
