"""History: the visitor's runs and sweeps, to be found, named, compared, opened again and taken elsewhere."""
