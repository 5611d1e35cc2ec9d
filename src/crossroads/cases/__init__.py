"""The cases that ship with Crossroads, one folder each."""
