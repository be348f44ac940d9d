"""The newest figures for Prometheus: as a text file, and at an address while a schedule runs."""
