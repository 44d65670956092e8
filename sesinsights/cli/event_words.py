"""The names of events in text for people."""

from __future__ import annotations

EVENT_WORDS = {
    "SEND": ("Sent", "bold"),
    "DELIVERY": ("Delivered", "bold green"),
    "DELIVERY_DELAY": ("Delayed", "bold yellow"),
    "BOUNCE": ("Bounced", "bold red"),
    "COMPLAINT": ("Complaint", "bold red"),
    "REJECT": ("Rejected", "bold red"),
    "RENDERING_FAILURE": ("Rendering failed", "bold red"),
    "OPEN": ("Opened", "bold blue"),
    "CLICK": ("Clicked", "bold cyan"),
    "SUBSCRIPTION": ("Subscription changed", "bold magenta"),
}
"""The words for the types of events, and their styles."""
