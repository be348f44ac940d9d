"""Is this file what it says: one module per format family."""
