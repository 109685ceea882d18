"""What somebody who leaves has in hand, and to whom it goes."""
