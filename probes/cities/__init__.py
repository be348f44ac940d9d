"""The city registry."""
