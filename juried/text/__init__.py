"""Rules over plain text: sentences, quotes, numbers, TeX and tokens."""
