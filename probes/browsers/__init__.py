"""Engines: found, launched, tested, recycled."""
