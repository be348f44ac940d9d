"""How a zone of a portal is found and read to its end, whatever it is built with."""
