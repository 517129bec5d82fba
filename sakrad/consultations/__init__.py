"""Consultations and the method's gates."""
