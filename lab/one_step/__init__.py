"""One step: why the step size has the value it has."""
