"""Data, networks, optimizers and loop of the CNN lab, as plain as they can be."""
