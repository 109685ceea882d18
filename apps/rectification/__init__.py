"""Problems found anywhere: who owns them, until when, what proves that they are gone."""
