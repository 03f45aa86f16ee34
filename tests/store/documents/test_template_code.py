"""Summaries contain no code of templates, which only the generator can run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.store.documents.plain_text import summarize
from newsgraph.store.documents.template_code import remove_code_blocks, remove_template_code


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "A [plan]({{ site.url }}/plan) and a [map][1].\n\n[1]: {{ site.url }}/map",
            "A plan and a map.",
        ),
        (
            'See [it]({{< ref "plan.md" >}}) and [it]({% post_url 2024-05-02-a %}).',
            "See it and it.",
        ),
        ("Version {{ site.version }}, the {{ x }} last.", "Version, the last."),
        ("{% assign a = 1 %}\nThe bridge opened.\n\nSecond.", "The bridge opened."),
        ("{% include a.html %}\n\n{{< figure >}}\n\nText.", "Text."),
        ("{% highlight ruby %}\nputs 1\n\nputs 2\n{% endhighlight %}\n\nText.", "Text."),
        ("{{< highlight go >}}\nx\n\ny\n{{< /highlight >}}\n\nText.", "Text."),
        ("```\na\n\nb\n```\n\nText.", "Text."),
        ("- item\n\n  ~~~ yml\n  a\n\n  b: 1\n  ~~~\n\nText.", "Text."),
        ("````md\n```\n\n<!--more-->\n\n```\n````\nOne.\n\nTwo.", "One."),
        ("Text\n```\na\n```\nmore.", "Text"),
        ("```code``` in a line.", "code in a line."),
        ("```\nnot closed\n\nText.", "Text."),
        ('![A](a.png){: .icon\nwidth="70"} Text.', "Text."),
        ("![A](a.png){ width=300 }\nText {x} stays.", "Text {x} stays."),
        ("{: .note }\nText.", "Text."),
        ("Text. {.note .wide}\n", "Text."),
        ("Text.\n{.note #a}\n\nMore.", "Text."),
        ("Text {.note} stays, `a {.b}`", "Text {.note} stays, a {.b}"),
        ('{% include a.html, quote: "One.\n\nTwo." %}\n\nText.', "Text."),
        (f'{{{{< figure alt="{"a" * 2000}" >}}}}\n\nText.', "Text."),
        ("Tags such as `{{ page.title }}`[^1] stay.", "Tags such as {{ page.title }} stay."),
        ("`{% raw %}{{ x }}{% endraw %}` stays.", "{{ x }} stays."),
        ("{% raw %}{{ x }}{% endraw %} stays.", "{{ x }} stays."),
        ("Not {{ closed.", "Not {{ closed."),
        ("a <plaintext>b <b>c", "a b c"),
        ("a <canvas>b</canvas><select><option>c</select> d", "a d"),
    ],
)
def test_summaries_without_template_code(body, expected):
    """Code of templates, attributes and marks of footnotes are left out, code spans stay."""
    assert summarize(body) == expected


def test_summary_of_an_html_template():
    """The first paragraph that has text of its own."""
    assert summarize("<p>{{ page.date }}</p>{% if a %}<p>B {{ c }}</p>", is_html=True) == "B"


@pytest.mark.parametrize("part", ["{{ ", "{% raw %}", "`{{", "](", "[^", "{% highlight %}", "{: "])
def test_repeated_code_that_is_not_closed(part):
    """A body of one unclosed code after the other loses complete tags only."""
    body = part * 1000
    assert remove_code_blocks(body) == body
    assert remove_template_code(body) == ("" if part.endswith("%}") else body)


@pytest.mark.parametrize("count", [2, 19_000])
def test_a_sequence_of_backticks_that_is_not_closed(count):
    """A sequence of backticks opens a code span as a whole, or not at all."""
    body = f"{'`' * count} {{{{ a }}}}`"
    assert remove_template_code(body) == f"{'`' * count} `"


@given(st.text("{}%<> `[]()^:.rawend\n", max_size=80))
def test_any_template_code(text):
    """No text raises an exception, and none becomes longer."""
    assert len(remove_template_code(text)) <= len(text)
