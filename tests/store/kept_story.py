"""Makes the story that is kept of each version of the file, with one of everything in it.

Made once a version, by that version, and never again: `python -m tests.store.kept_story FILE`.
"""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from storyforge.domain.counting import Counts
from storyforge.domain.generation import Asked, StopReason, TakeKind, TakeState, Usage
from storyforge.domain.lore import ContextRules, KeyLogic, LoreEntry, LorePosition
from storyforge.domain.origin import Origin, Place, PlaceKind, Provenance, Span
from storyforge.domain.picture.pictures import Picture, QueuedPicture
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import PromptEdit
from storyforge.domain.story import Page
from storyforge.domain.summary import Summary, SummaryOf
from storyforge.store.picture_sources import digest_of
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from tests.store.helpers import png

OWN = "Mara had kept the light for eleven years. "
MODELS = "On the ninth of November the oil ran short. "
ASKED = Asked(TakeKind.INFILL, "the oil runs short", "t0", "r0", "Mara had kept")
RULED = LoreEntry(
    "l2",
    "The scar",
    ("scar",),
    "It is new.",
    secondary=("hand",),
    logic=KeyLogic.NOT_ANY,
    priority=-3,
    share=0.25,
    position=LorePosition.LINES_UP,
    scan=0,
    chance=70,
    from_scene="…",
)
RULES = ContextRules(note_lines=2, lore_share=0.5)
EDIT = PromptEdit("As it was.", "As she wants it.")
TARGET = Target(Stage.CHARACTERS, "characters/propose")
BEAT = "The oil runs short."
PICTURE = Picture(
    "picture-1",
    "…",
    datetime(2026, 11, 28, tzinfo=UTC),
    8,
    8,
    7,
    painter="tiny",
    prompt="lighthouse, 灯台, <lora:ink:0.8>",
    negative="blurry",
    alt="A lighthouse at night.",
    rating=4,
    parts='[{"role": "place", "text": "lighthouse"}]',
    plan_hash="beef",
    text_hash="cafe",
    settings={"order": "{}", "threads": "2"},
)
SOURCE = png(9)
JAPANESE = "　｜霧《きり》が出た。《《誰》》も来ない。\n"


def make(path: Path) -> None:
    """The story as today's version writes it."""
    with StoryFile.create(path, title="The Light at Skerry Point", author="Ana") as story:
        chapter, oil = story.outline().chapters[0].id, story.outline().scenes[0].id
        story.binder.rename_chapter(chapter, "The Keeper")
        story.binder.rename_scene(oil, "Oil")
        _write(story, oil)
        _japanese_chapter(story)
        _trash(story, chapter, oil)
        _rooms(story, oil)
        _plan(story, oil)
        _pictures(story, oil)
        story.remember("open_scene", oil)


def _write(story: StoryFile, scene: str) -> None:
    take = story.takes.begin(
        scene, "p1", model="tiny", request_hash="beef", sampling=Sampling(seed=7), asked=ASKED
    )
    story.takes.bookmark(take.id, "before the oil")
    story.takes.finish(
        take.id,
        text=MODELS + "The rest was cut.",
        kept=len(MODELS),
        state=TakeState.FINISHED,
        reason=StopReason.END,
        usage=Usage(seed=7, written=11),
    )
    spans = (Span(len(OWN), Origin.TYPED), Span(len(MODELS), Origin.MODEL, take.id))
    end = len(OWN) + len(MODELS)
    places = (Place("c1", 0, 4, PlaceKind.COMMENT), Place("p1", len(OWN), end))
    page = Page(scene, OWN + MODELS, Provenance(spans, places), len(OWN))
    story.scenes.save(page)
    story.comments.add(scene, "c1", "Is she called so?")
    story.comments.add(scene, "c2", "Done with.")
    story.comments.resolve("c2")
    story.cards.put(scene, label="Mara", status="draft", goal=1500, notes="　She is alone.")
    story.revisions.keep(page, name="first light", reason="named")
    twelve = Page(scene, page.text.replace("eleven", "twelve"), page.provenance, page.caret)
    story.batches.apply("eleven → twelve", [twelve])


def _japanese_chapter(story: StoryFile) -> None:
    chapter = story.binder.add_chapter("船")
    scene = story.binder.add_scene(chapter, "霧")
    provenance = Provenance.whole(len(JAPANESE), Origin.IMPORTED)
    story.scenes.save(Page(scene, JAPANESE, provenance))
    story.fold()  # notes the lineage
    story.binder.split_scene(scene, 10, "誰")


def _trash(story: StoryFile, chapter: str, oil: str) -> None:
    gone = story.binder.add_scene(chapter, "Gone")
    story.scenes.save(Page(gone, "No.", Provenance.whole(3, Origin.TYPED)))
    story.binder.delete_scene(gone)
    joined = story.binder.add_scene(chapter, "Joined", after=oil)
    story.binder.join_scenes(oil, joined)


def _rooms(story: StoryFile, scene: str) -> None:
    session = story.sessions.begin(date(2026, 11, 23))
    story.sessions.grow(session, active_seconds=600, own=Counts(90, 400), model=Counts(-9, -40))
    story.words.add("Skerry")
    story.attachments.add("old.story", "application/json", "NovelAI", b'{"a": 1}\x00')
    story.context.set_text("memory", "Mara keeps the light.")
    story.context.set_text("author_note", "[ Style: plain ]")
    story.context.set_lore(
        [
            LoreEntry(
                "l1", "Skerry Point", ("skerry",), "A rock.", True, False, "places", {"n": 1}
            ),
            replace(RULED, from_scene=scene),
        ]
    )
    story.context.set_rules(RULES)
    story.summaries.put(
        Summary(SummaryOf.SCENE, scene, "The oil runs short.", "d1", datetime.now(UTC), "tiny")
    )
    story.prompt_edits.keep(scene, EDIT)


def _plan(story: StoryFile, scene: str) -> None:
    begun = story.proposals.begin(
        Proposal("", TARGET, "b1", 0, datetime.now(UTC), wish="fewer", model="tiny")
    )
    told = {"items": [{"name": "Mara", "role": "the keeper"}]}
    story.proposals.finish(
        replace(begun, state=TakeState.FINISHED, text="{}", value=told, reason=StopReason.END)
    )
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    with story.plan.step():
        mara = story.plan.add(Kind.CHARACTER, told["items"][0], origin=begun.id)
        story.rests.put((mara, "role"), {(PREMISE_ID, "tone"): "grim"})
        story.proposals.take(begun.id, ["items.0"])
    story.plan.put(scene, {"cast": mara, "beats": BEAT})
    story.plan.put(PREMISE_ID, {"tone": "light"})
    story.plan.settle(Stage.PREMISE)
    story.drafted.put(Drafted(scene, 1, BEAT, "t1", ({"score": 0.5},)))
    story.prompt_copies.put("ja", "premise/propose", "{{ idea }}")


def _pictures(story: StoryFile, scene: str) -> None:
    chosen = story.pictures.add(replace(PICTURE, scene_id=scene, chosen=True), png(1))
    # Its file is beside the story, and not kept of a version.
    beside = replace(PICTURE, id="picture-2", scene_id=scene, parent_id=chosen.id, flaw="black")
    story.pictures.add(beside, png(2))
    drawn_over = {"order": f'{{"redraw": {{"image": "sha256:{digest_of(SOURCE)}"}}}}'}
    third = replace(PICTURE, id="picture-3", scene_id="", item_id="mara", settings=drawn_over)
    gone = story.pictures.add(third, png(3))
    story.picture_sources.put(SOURCE)
    story.pictures.delete(gone.id)
    waiting = QueuedPicture("order-1", scene, PICTURE.created, '{"order": {}}', plan_hash="beef")
    story.picture_queue.add(waiting)
    story.picture_queue.state(waiting.id, "failed", "No memory was left.")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
