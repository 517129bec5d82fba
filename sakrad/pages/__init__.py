"""Every composed page."""
