"""The first thousand runs of a process, with nothing loaded that they do not need: their whole time is measured."""
