"""A command for each operation, with the options that the AWS CLI gives it."""
