"""How the answers of operations are printed."""
