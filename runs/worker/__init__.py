"""The worker's side of a run: training loop, clocks, pictures. Only this part of the engine loads torch."""
