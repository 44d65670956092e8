"""The command that shows and converts what Amazon SES pushed."""
