"""A page's visitor while something is computed: who it is, and what is said where there is no result."""
