"""Names of the models, apart from the models: asking for a name loads no torch."""

DEFAULT_MODEL = "conformer-en"
