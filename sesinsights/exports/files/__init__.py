"""Reading export files: rows of CSV and JSON as records."""
