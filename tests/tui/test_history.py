"""Steps: where one ends and the next begins, and that undoing them is exact."""

from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.tui.history import LONGEST, PAUSE, STEPS, Change, PageHistory, Sight

HERE = Sight((), 0, 0)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def change(at: int, removed: str, inserted: str) -> Change:
    def spans(text: str, origin: Origin) -> tuple[Span, ...]:
        return Provenance.whole(len(text), origin).spans

    return Change(
        at, removed, spans(removed, Origin.IMPORTED), inserted, spans(inserted, Origin.TYPED)
    )


def type_in(history: PageHistory, text: str, at: int = 0) -> None:
    for offset, character in enumerate(text):
        history.note(change(at + offset, "", character), HERE, HERE)


def inserted(history: PageHistory) -> list[str]:
    return [step.change.inserted for step in history.steps]


def test_typing_is_gathered_word_by_word() -> None:
    history = PageHistory(Clock())
    type_in(history, "the keeper's lamp")
    assert inserted(history) == ["the", " keeper's", " lamp"]


def test_a_pause_begins_a_new_step() -> None:
    clock = Clock()
    history = PageHistory(clock)
    type_in(history, "ligh")
    clock.now += PAUSE + 0.1
    type_in(history, "t", 4)
    assert inserted(history) == ["ligh", "t"]


def test_a_moved_caret_begins_a_new_step() -> None:
    history = PageHistory(Clock())
    type_in(history, "ab")
    history.checkpoint()
    type_in(history, "c", 2)
    assert inserted(history) == ["ab", "c"]


def test_text_without_spaces_does_not_become_one_endless_step() -> None:
    history = PageHistory(Clock())
    type_in(history, "海" * (LONGEST + 5))
    assert [len(text) for text in inserted(history)] == [LONGEST, 5]


def test_a_new_line_and_a_paste_are_steps_of_their_own() -> None:
    history = PageHistory(Clock())
    type_in(history, "a\nb")
    history.note(change(3, "", "pasted words"), HERE, HERE)
    type_in(history, "c", 15)
    assert inserted(history) == ["a", "\n", "b", "pasted words", "c"]


def test_deleting_is_gathered_in_both_directions() -> None:
    history = PageHistory(Clock())
    for at, removed in ((5, "x"), (4, "w"), (3, "v")):
        history.note(change(at, removed, ""), HERE, HERE)
    for removed in "yz":
        history.note(change(3, removed, ""), HERE, HERE)
    (step,) = history.steps
    assert (step.change.at, step.change.removed) == (3, "vwxyz")


def test_a_stream_is_one_step_with_all_that_it_replaced() -> None:
    history = PageHistory(Clock())
    history.open_stream(Sight((), 4, 4))
    history.note(change(4, "old words", "new"), HERE, HERE)
    for at, words in ((7, " lamps"), (13, " were lit")):
        history.note(change(at, "", words), HERE, Sight((), 9, 9))
    history.note(change(13, " were lit", "."), HERE, Sight((), 9, 9))
    history.close_stream()
    type_in(history, "x", 14)
    first, second = history.steps
    assert (first.change.removed, first.change.inserted) == ("old words", "new lamps.")
    assert (first.before.caret, first.after.caret) == (4, 9)
    assert second.change.inserted == "x"


def test_a_stream_that_changes_nothing_leaves_no_step() -> None:
    history = PageHistory(Clock())
    history.open_stream(HERE)
    history.close_stream()
    history.open_stream(HERE)
    history.note(change(0, "", "a"), HERE, HERE)
    history.note(Change(0, "a", (Span(1, Origin.TYPED),), "", ()), HERE, HERE)
    history.close_stream()
    assert not history.can_undo


def test_the_last_thousand_steps_are_kept() -> None:
    history = PageHistory(Clock())
    for at in range(STEPS + 10):
        history.note(change(at, "", "\n"), HERE, HERE)
    assert len(history.steps) == STEPS
    assert history.steps[0].change.at == 10


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = PageHistory(Clock())
    type_in(history, "a")
    history.take_back()
    assert history.can_redo
    type_in(history, "b")
    assert not history.can_redo
    assert history.bring_again() is None


def test_steps_belong_to_the_text_they_were_made_on() -> None:
    history = PageHistory(Clock())
    assert history.fits("anything")
    type_in(history, "a")
    history.leave("a")
    assert history.fits("a")
    assert not history.fits("b")
    history.clear()
    assert history.fits("b")


words = st.text("ab\n", max_size=6)


@given(words, st.data())
def test_two_changes_that_touch_are_one(text: str, data: st.DataObject) -> None:
    """The sum of two changes does, and undoes, what both do."""

    def draw(text: str, low: int, high: int) -> tuple[Change, str]:
        at = data.draw(st.integers(low, high))
        end = data.draw(st.integers(at, len(text)))
        new = data.draw(words)
        return change(at, text[at:end], new), text[:at] + new + text[end:]

    first, middle = draw(text, 0, len(text))
    touching = first.at + len(first.inserted)
    second, after = draw(middle, 0, touching)
    if second.at + len(second.removed) < first.at:
        return
    both = first.then(second)
    end = both.at + len(both.removed)
    assert text[both.at : end] == both.removed
    assert text[: both.at] + both.inserted + text[end:] == after
    assert sum(span.length for span in both.removed_spans) == len(both.removed)
    assert sum(span.length for span in both.inserted_spans) == len(both.inserted)
