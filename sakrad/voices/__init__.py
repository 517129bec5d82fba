"""Read only: what became of the voices."""
