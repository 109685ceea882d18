"""Pages of the targets: the form, the official form, filling in offline."""
