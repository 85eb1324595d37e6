"""What the Ridge lab computes, from the screen's values to numbers; nothing here draws."""
