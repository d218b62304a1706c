"""From a record to what people read, and the lint that a report must pass."""
