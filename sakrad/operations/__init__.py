"""What the operator sees to."""
