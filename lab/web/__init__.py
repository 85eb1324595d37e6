"""What the browser asks the server for: owner cookie, run streams, chart routes, hold-back, ending."""
