"""What became of all mail: numbers, and a report to look at."""
