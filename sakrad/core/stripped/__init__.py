"""Copies without metadata, made by the child process of core.stripping. Nothing here is imported by the application itself."""
