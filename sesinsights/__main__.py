"""The command line, as `python -m sesinsights`."""

from sesinsights.cli import main

main()
