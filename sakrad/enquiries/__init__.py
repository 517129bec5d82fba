"""One way in."""
