"""What a template must not do is refused within a second, with its file and line."""

import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.prompting import library

FILE = Path("en/premise/propose.md.j2")
DOUBLED = (
    "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
)
NESTED = (
    "{% set n = namespace(x=[1, 2]) %}"
    "{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x == n.x }}"
)
SLICED = (
    "{% set n = namespace(x=none) %}{% set long = 'あ' * 7900000 %}"
    "{% for i in range(100000) %}{% set n.x = namespace(a=long[1:], b=n.x) %}{% endfor %}"
)
COUNTED = "{% for a in range(100000) %}" * 4 + "{% endfor %}" * 4
ATTACKS = (
    "{{ 'a' * 10 ** 9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [0] * 10 ** 9 }}",
    "{{ 9 ** (9 ** 9) }}",
    "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a'|center(10 ** 9) }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ 'a'.center(1000000000) }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ 'a'.zfill(1000000000) }}",
    "{{ 'a'.expandtabs(1000000000) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ '{x.__class__}'.format(x=title) }}",
    "{{ (1).to_bytes(1000000000, 'big') }}",
    "{{ ('a\\n' * 1000)|indent(1000000000) }}",
    "{{ ('a\\n' * 1000)|indent('a' * 100000) }}",
    "{{ [[1]] | tojson(indent=1000000000) }}",
    "{{ range(100000)|join('a' * 100000) }}",
    "{{ ('a' * 100000).join(range(9)|map('string')|list * 10000) }}",
    "{{ ('a' * 100000).replace('', 'a' * 100000) }}",
    "{{ ('a' * 100000)|replace('a', 'b' * 100000) }}",
    "{{ ('a' * 5000000).replace('a', 'bb') }}",
    "{{ range(10 ** 9) }}",
    "{{ [1]|batch(10 ** 9, 0)|list }}",
    "{{ 1|round(10 ** 9, 'ceil') }}",
    "{{ lipsum(n=10 ** 9) }}",
    "{{ [range(100000)|list] * 100000 }}",
    "{{ ([range(100000)|list] * 1000)|map('list')|list }}",
    "{{ range(100000)|select('in', range(100000)|list)|list|length }}"
    "{{ range(100000)|reject('in', ['x'] * 30000)|list|length }}",
    "{{ range(100000)|map('replace', '', 'a' * 10000)|list|length }}",
    "{{ ('a b ' * 1900000)|wordcount }}",
    "{{ ('a' * 7900000)|unique|list|length }}",
    "{{ ('a' * 7900000)|list|length }}",
    "{{ ('a\\n' * 3900000)|quoted|length }}",
    "{{ ('a ' * 3900000).split()|length }}",
    "{% for a in range(9999) %}{{ ('a b' * 2600000)|upper|replace('a', 'c')|length }}{% endfor %}",
    DOUBLED,
    NESTED,
    SLICED,
    COUNTED,
    "{% for a in range(100000) %}" * 2 + "x" * 10_000 + "{% endfor %}" * 2,
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% block b %}{{ self.b() }}{% endblock %}",
    "{% for a in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "{% include 'premise/propose' %}",
    "{{ title.__class__.__mro__ }}",
    "{{ title['__class__'] }}",
    "{{ title|attr('__class__') }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ range.__globals__ }}",
    "{{ namespace }}",
    "{{ title.upper }}",
    "{{ items.append(1) }}",
    "{% include '../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ " + "not " * 30_000 + "1 }}",
    "{% for a in b %}" * 25 + "{% endfor %}" * 25,
    "{{ " + "9" * 5000 + " }}",
    "{{ title }}" * 20_000,
)


@pytest.mark.parametrize("source", ATTACKS, ids=range(len(ATTACKS)))
def test_what_a_template_must_not_do_is_refused_at_once(source: str) -> None:
    before = threading.active_count()
    began = time.thread_time()
    own = {("en", "premise/propose"): f"fine\n{source}"}
    with pytest.raises(BadInput) as caught:
        library.find("premise/propose", "en", own).render(title="Salt", items=[1], b=[1])
    assert time.thread_time() - began < 1
    assert threading.active_count() == before
    assert str(FILE) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "line", "why"),
    [
        ("\n\n{{ title.__class__ }}", 3, "“__class__” is forbidden"),
        (f"\n{COUNTED}", 2, "takes too long"),
        ("\n\n\n{{ 'a' * 10 ** 9 }}", 4, "too large"),
        ("{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}", 2, "calls itself"),
        ("\n{{ title.format(1) }}", 2, "“format” may not be called"),
        ("\n\n{% include 'no/where' %}", 3, "no prompt “no/where”"),
        ("\n{{ items }}", 2, "only texts and numbers"),
        ("\n{{ '' ~ title.upper }}", 2, "only texts and numbers"),
        ("\n{{ [items]|join }}", 2, "only texts and numbers"),
    ],
)
def test_what_is_refused_is_named(source: str, line: int, why: str) -> None:
    own = {("en", "premise/propose"): source}
    with pytest.raises(BadInput) as caught:
        library.find("premise/propose", "en", own).render(title="Salt", items=[1])
    assert f"{FILE}, line {line}," in caught.value.message
    assert why in caught.value.message


def test_pieces_of_a_long_text_do_not_fill_the_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="too large"):
            library.made(FILE, SLICED, "en").render()
        assert tracemalloc.get_traced_memory()[1] < 500_000_000
    finally:
        tracemalloc.stop()


def test_what_a_template_needs_it_may_do() -> None:
    source = (
        "{% macro m(n) %}<{{ n }}>{% endmacro %}"
        "{% set parts = namespace(n=0) %}"
        "{% for name, value in item.items() if value %}{% set parts.n = parts.n + 1 %}"
        "{{ loop.index }}{{ name.upper() ~ ':' ~ value }}{{ ', ' if not loop.last }}{% endfor %}"
        "{{ m(parts.n) }}{{ rows|map(attribute='a')|join('/') }}{{ item|length }}{{ text|quoted }}"
        "{{ [1, 2]|sum if false else rows|length }}{{ ' x '.strip() }}{{ 2 ** 3 % 5 }}"
        "{{ text[:3] ~ text[-3:] ~ rows[1:][0].a }}"
    )
    own = {("en", "premise/propose"): source}
    made = library.find("premise/propose", "en", own).render(
        item={"a": "1", "b": "2", "c": ""}, rows=[{"a": "x"}, {"a": "y"}], text="one\n\ntwo"
    )
    assert made == "1A:1, 2B:2<2>x/y3> one\n>\n> two2x3onetwoy"


def test_a_template_shows_others_of_its_language_and_the_storys_own_first() -> None:
    own = {
        ("en", "premise/propose"): "{% include 'item/part' %}",
        ("en", "item/part"): "[{{ title }}]",
        ("ja", "item/part"): "「{{ title }}」",
    }
    template = library.find("premise/propose", "en", own)
    assert template.variables == {"title"}
    assert template.render(title="Salt") == "[Salt]"
    own["ja", "premise/propose"] = "\n{% include 'item/part' %}"
    assert library.find("premise/propose", "ja", own).render(title="塩") == "\n「塩」"


def test_a_fault_in_a_template_that_is_shown_is_named_there() -> None:
    own = {("en", "premise/propose"): "{% include 'item/part' %}", ("en", "item/part"): "\n{{ x }}"}
    with pytest.raises(BadInput, match=r"en/item/part\.md\.j2, line 2"):
        library.find("premise/propose", "en", own).render()
    own["en", "item/part"] = "\n\n{% if %}"
    with pytest.raises(BadInput, match=r"en/item/part\.md\.j2, line 3"):
        library.find("premise/propose", "en", own).render()


def test_a_rendering_counts_only_what_it_does_itself() -> None:
    template = library.find("premise/propose", "en", {("en", "premise/propose"): "{{ x }}"})
    for _time in range(20):
        # The largest windows there are take so much of a story.
        assert len(template.render(x="a" * 7_000_000)) == 7_000_000
