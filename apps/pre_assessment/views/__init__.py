"""Pages of the assessments: the report, the decision, the gate, the register."""
