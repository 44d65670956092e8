"""The only places that wait or touch the network: threads, event loops, boto3, downloads."""
