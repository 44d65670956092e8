"""The clients for asyncio, generated from those in `sesinsights.clients`."""
