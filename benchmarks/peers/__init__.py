"""Run by the peers' own interpreters: nothing here is imported by Crossroads or by the other files of the benchmark."""
