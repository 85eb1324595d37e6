"""Least squares, ridge and logistic regression, and every method of the Ridge lab, in plain NumPy."""
