"""Words of the pages, one module a page: short, plain, and the same symbols as in charts and code."""
