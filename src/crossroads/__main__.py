"""`python -m crossroads` is the command line."""

from crossroads.presentation.cli import main

if __name__ == "__main__":
    main()
