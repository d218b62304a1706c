"""The embedded backend: every task answered by method on the CPU, without a language model."""
