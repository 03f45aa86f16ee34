"""Expands code of templates in bodies: Liquid, shortcodes, MDX, and blocks of other Markdown."""
