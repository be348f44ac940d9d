"""Reading a page: its lines and boxes, the labels on it, and what stands beside or beneath each label."""
