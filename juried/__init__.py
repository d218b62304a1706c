"""The ground of juried: types and rules that know no agent."""

__version__ = "0.1.0"
