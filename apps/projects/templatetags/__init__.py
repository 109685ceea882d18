"""What templates of other rooms ask of projects."""
