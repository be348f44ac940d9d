"""How facts become scores and findings: pure functions, no input or output. Imports `results` alone."""
