"""What the service says when Virtual Deliverability Manager is off."""

__all__ = ["VDM_DISABLED"]

VDM_DISABLED = "To use this feature you must enable Virtual Deliverability Manager"
"""The same words for every operation; the error's name and status differ."""
