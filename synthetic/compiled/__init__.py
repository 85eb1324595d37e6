"""Compiled kernels: losses, the three rules of a step, the loop."""
