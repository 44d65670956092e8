"""The commands on export and import jobs."""
