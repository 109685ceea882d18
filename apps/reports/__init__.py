"""Cross-stage pages: home, project and unit dossiers; owns no facts."""
