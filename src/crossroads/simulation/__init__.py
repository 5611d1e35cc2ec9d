"""What would happen: models, the engine that runs them, and the store of runs."""
