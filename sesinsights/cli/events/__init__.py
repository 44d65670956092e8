"""The command that shows and converts events that Amazon SES pushed."""
