"""The only code that waits or uses the network: threads, event loops, boto3, downloads."""
