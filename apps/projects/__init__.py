"""Projects, their money by year and source, executions, imports."""
