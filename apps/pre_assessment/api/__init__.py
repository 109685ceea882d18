"""The assessments for programs: report, decision, gate, register; amounts in yuan."""
