"""Own space and received positions."""
