"""What the check-up compares a form with: last year's promise, the library's usual range."""
