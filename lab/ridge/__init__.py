"""The Ridge lab: a problem whose constants are known exactly, and the theorems over the measurement."""
