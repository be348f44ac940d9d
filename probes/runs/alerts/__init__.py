"""What people are told of unasked: a regression, a veto, a city that vanished, each of them once."""
