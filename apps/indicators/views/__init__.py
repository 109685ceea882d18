"""Pages of the library: reading and picking, making editions."""
