"""Lessons: predict, run, explain, and a question whose answer is checked."""
