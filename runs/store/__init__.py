"""What outlives the app: runs, measurements and checkpoints on disk."""
