"""One module per facet; one function per indicator."""
