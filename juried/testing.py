"""The pytest plugin of juried: replays recordings in tests. Nothing but pytest is imported until a test asks for it."""
