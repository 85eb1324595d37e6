"""What visitors bring: checked in a process of its own, bounded, kept for a while under its SHA-256."""
