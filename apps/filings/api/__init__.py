"""The engine for programs: the same services, rights and numbers as its pages."""
