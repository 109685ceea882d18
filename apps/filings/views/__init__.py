"""Pages of the engine: a filing, its reviews, its exceptions."""
