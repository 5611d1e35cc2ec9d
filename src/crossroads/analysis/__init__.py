"""What stored runs mean: weighed by beliefs, reactions and values, each number with its error."""
