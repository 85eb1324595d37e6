"""Compute processes: what a page computes and takes more than a moment leaves the app's process.

`Work` decides where a configuration is computed and keeps the results; `Pool` has the queue and the
processes.
"""
