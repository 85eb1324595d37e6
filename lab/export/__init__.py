"""What a visitor takes along: numbers as files, with what made them."""
