"""A section of prose with what each sentence rests on: a disclosure behind the sentence, opened on demand and absent on paper.

No script: `details` opens by itself, with the keyboard too. Its name has the sentence's id, with which `volt-agent explain` tells the
same and the single entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from volt_assets.work_reports.languages.language import gettext, style
from volt_assets.work_reports.models import Fact, Prose, Sentence
from volt_assets.work_reports.models.facts import section_text
from volt_assets.work_reports.report.aspect_names import aspect_name
from volt_assets.work_reports.report.figures import counted
from volt_assets.work_reports.report.html.prose_view import inline, paragraphs
from volt_assets.work_reports.report.markdown import TITLE_LENGTH, Markdown, link, visible_line

_SUBJECTS = frozenset(("item", "person", "project", "name"))


class Told(Markdown):
    """A section as Markdown that knows its sentences and their facts."""

    sentences: tuple[Sentence, ...]
    facts: Mapping[str, Fact]


def told_sections(prose: Prose, user_id: int | None = None) -> Mapping[str, Told]:
    """The sections as a writer left them, safe already, each with the facts its sentences rest on.

    `user_id`: the one person of the report, who is not named again beside each figure.
    """
    facts = {name: fact for name, fact in prose.table.by_id().items() if user_id is None or fact.kind != "person" or fact.person != user_id}
    found: dict[str, Told] = {}
    for name, sentences in prose.sections.items():
        section = Told(section_text(sentences))
        section.sentences, section.facts = sentences, facts
        found[name] = section
    return found


def section(text: Markdown) -> Markup:
    """A section as HTML: paragraphs and lists, with the sources behind each sentence where they are known."""
    if not isinstance(text, Told):
        return paragraphs(text)
    parts: list[Markup] = []
    for is_bullet, group in groupby(text.sentences, key=lambda each: each.is_bullet):
        said = [Markup("{}{}").format(inline(Markdown(each.text)), _sources(each, text.facts)) for each in group]
        if is_bullet:
            parts.append(Markup("<ul>{}</ul>").format(Markup("").join(Markup('<li dir="auto">{}</li>').format(each) for each in said)))
        else:
            parts.append(Markup('<div class="p" dir="auto">{}</div>').format(Markup(" ").join(said)))
    return Markup("\n").join(parts)


def sources(text: Markdown) -> Markup:
    """The sources alone, for a line that has the section's words in it already."""
    return Markup("").join(_sources(each, text.facts) for each in text.sentences) if isinstance(text, Told) else Markup("")


def _sources(sentence: Sentence, facts: Mapping[str, Fact]) -> Markup:
    used = [facts[each] for each in sentence.facts if each in facts]
    by_subject: dict[str, list[Fact]] = {}
    for fact in used:
        by_subject.setdefault(_subject(fact, facts), []).append(fact)
    # Who is named beside a figure needs no line of their own.
    beside = {each for fact in used for each in fact.about if fact.kind not in _SUBJECTS}
    lines = [
        _line(facts.get(subject), listed, facts, sentence.section)
        for subject, listed in by_subject.items()
        if subject not in beside or len(listed) > 1 or listed[0].kind != "person"
    ]
    if not lines:
        return Markup("")
    listed_lines = Markup("").join(Markup("<li>{}</li>").format(each) for each in lines)
    return Markup('<details class="s"><summary>{}</summary><ul>{}</ul></details>').format(
        gettext("sources %(sentence)s", sentence=sentence.id), listed_lines
    )


def _subject(fact: Fact, facts: Mapping[str, Fact]) -> str:
    """What the fact is listed under: itself, the one item, project or name it is about, or the whole report."""
    if fact.kind in _SUBJECTS:
        return fact.id
    things = [each for each in fact.about if each in facts and facts[each].kind != "person"]
    return things[0] if len(things) == 1 else "" if things else fact.about[0] if fact.about else ""


def _line(subject: Fact | None, listed: Sequence[Fact], facts: Mapping[str, Fact], section_name: str) -> Markup:
    """`#7658 Provision the cloud account: time 17.7 h, finished on 9 Oct · 5 entries`; of the whole report without a subject."""
    figures = [fact for fact in listed if fact is not subject]
    counts = [len(fact.entries) + fact.more_entries for fact in figures or listed]
    # One number for all of them where it is the same.
    is_one = len({*counts}) == 1
    said = ", ".join(
        f"{_figure(fact, subject, facts)}{'' if is_one else _entries(count)}" for fact, count in zip(figures, counts, strict=False)
    )
    entries = _entries(counts[0]) if is_one else ""
    if subject is None:
        return Markup("{}{}").format(said, entries)
    return Markup("{}{}{}{}").format(_name(subject, section_name), ": " if said else "", said, entries)


def _entries(number: int) -> str:
    return f" · {counted(number, 'entry', 'entries')}" if number else ""


def _name(subject: Fact, section_name: str) -> Markup | str:
    """An item leads to where it can be opened, but on its own card, which does so itself."""
    if subject.item is None:
        return visible_line(subject.text, TITLE_LENGTH)
    is_own = section_name == f"item:{'#'.join(subject.item)}"
    return f"#{subject.item[1]}" if is_own else inline(link(subject.text, subject.url))


def _figure(fact: Fact, subject: Fact | None, facts: Mapping[str, Fact]) -> str:
    """`time 17.7 h`, `part of the time (John Doe) 3.2 h`; a count without its noun."""
    people = [facts[each] for each in fact.about if each in facts and facts[each].kind == "person"]
    others = [visible_line(one.text, TITLE_LENGTH) for one in people if one is not subject]
    of = f" ({', '.join(others)})" if others else ""
    shown = style().integer(fact.value) if fact.kind == "count" and isinstance(fact.value, int) else visible_line(fact.text, TITLE_LENGTH)
    return f"{visible_line(aspect_name(fact.aspect), TITLE_LENGTH)}{of} {shown}"
