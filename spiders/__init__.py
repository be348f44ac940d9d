"""How a portal's pages are reached, found and read. Imports `results` and `checks.matters`."""
