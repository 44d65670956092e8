"""All decisions, without I/O: flows yield steps, and a driver carries them out."""
