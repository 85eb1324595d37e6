"""Where runs train: worker processes of this machine, or a Dask cluster."""
