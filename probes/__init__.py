"""What is measured, and the program: engines, probes, runs and the command line."""

__version__ = "0.1.0"
