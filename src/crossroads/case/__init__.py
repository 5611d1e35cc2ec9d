"""What is asked: the case as frozen records, its files, its rules and its fingerprint."""
