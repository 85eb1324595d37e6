"""What pages share: screen state, link, theme, glossary, cache, progress, words."""
