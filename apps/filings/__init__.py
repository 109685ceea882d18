"""The one engine: filing, revision, review, return, attachment; knows no stage's content."""
