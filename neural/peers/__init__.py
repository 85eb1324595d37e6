"""Optimizers of other authors, from their packages or torch, with the account of a step that ours give.

Each module imports one optional package (`neural.packages` says which are here) and is imported only where a
lane trains with it. The methods are those of the packages, at the packages' defaults where a `LaneConfig` has
no such value; weight decay is as each package has it: a penalty on the loss in DoG, decoupled in the others.
"""
