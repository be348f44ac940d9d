"""The sample, one city end to end, sweeps."""
