"""The indicator library: versions, categories, three levels."""
