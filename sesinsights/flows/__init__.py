"""Everything that decides and does no I/O: flows yield steps, and a driver carries them out."""
