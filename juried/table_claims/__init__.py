"""Claims in prose read against a whole table: supports, refutes or not enough information, by rule."""
