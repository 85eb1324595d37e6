"""Bounds with their assumptions, statements and proofs."""
