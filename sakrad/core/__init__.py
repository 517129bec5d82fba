"""Shared kernel. Knows no domain: nothing here imports another package of sakrad."""
