"""Actions on GraphiQL's page, and what axe-core reports about its own markup."""

from __future__ import annotations

FIRST_RESULT = "Facebook will use your uploaded videos"
"""Title in the result of the first tab's query."""

# In GraphiQL's own markup, a tab is an item with two buttons in it, and the result is scrolled with
# the keys of its editor, which axe-core does not detect.
KNOWN_VIOLATIONS = (
    ("nested-interactive", 'class="graphiql-tab'),
    ("scrollable-region-focusable", 'class="CodeMirror-scroll"'),
)


def run_query(page):
    """Click the button that runs the editor's query."""
    page.get_by_role("button", name="Execute query").click()


def result_pane(page):
    """Return the locator of the pane with the result."""
    return page.locator(".result-window")


def type_into_editor(page, text, editor="Query"):
    """Insert text into an empty editor."""
    page.get_by_role("textbox", name=editor, exact=True).focus()
    page.keyboard.insert_text(text)


def open_tab(page, query):
    """Open a new tab with a query."""
    page.get_by_role("button", name="New tab").click()
    type_into_editor(page, query)
