"""The app's insides: the parameter table, what pages share, and one folder a page."""
