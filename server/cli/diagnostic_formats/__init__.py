"""The formats of diagnostics: as text, as JSON, for GitHub Actions and as SARIF."""
