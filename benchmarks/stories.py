"""Texts and story files to measure on: English that reads like a draft, the same in every run.

Owns the words and how a file is filled through `StoryFile`. Owns no measure.
"""

import random
from pathlib import Path

from storyforge.domain.generation import StopReason, TakeState, Usage
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page

_WHO = (
    "Mara", "the keeper", "the inspector", "her brother", "the child", "old Tamsin", "the pilot",
    "nobody on the slip", "the harbour master", "a woman in a grey coat", "the cook's boy",
)  # fmt: skip
_DID = (
    "counted the strokes of the bell", "set the storm lantern on the wall",
    "read the last page of the log again", "pulled the skiff above the weed line",
    "said nothing for as long as it takes to fill a pipe", "heard the shutters give",
    "wrote the hour and the weather and then crossed the weather out",
    "listened for oars under the wind", "wiped the salt from the lens with a sleeve",
    "walked the wall to its end and back", "found the door unlatched and the stove still warm",
)  # fmt: skip
_WHEN = (
    "before the light came up", "while the tide turned", "on the third evening",
    "as the fog came over the skerries", "after the supply ship had gone",
    "when the glass began to fall", "between two squalls", "long after the others slept",
)  # fmt: skip
_AND = (
    "and did not look back", "though the rope was dry", "as if someone had asked",
    "because the sea gives nothing away twice", "and thought of the seals that slept there",
    "but the sound did not come again", "until the lamp wanted oil",
)  # fmt: skip
_SAID = (
    "“Not tonight,” {who} said.", "“You would have seen it,” said {who}. “Anyone would.”",
    "“Eleven years,” {who} said, “and never once the bell.”",
    "“Then who lit it?” {who} asked.", "“Leave it,” said {who}.",
)  # fmt: skip


def _sentence(draw: random.Random) -> str:
    if draw.random() < 0.18:
        return draw.choice(_SAID).format(who=draw.choice(_WHO))
    who, did, when = draw.choice(_WHO), draw.choice(_DID), draw.choice(_WHEN)
    if draw.random() < 0.5:
        return f"{when[0].upper()}{when[1:]} {who} {did}, {draw.choice(_AND)}."
    return f"{who[0].upper()}{who[1:]} {did} {when}."


def paragraphs(seed: int, *, words: int = 0, characters: int = 0) -> list[str]:
    """Paragraphs of 20 to 130 words until there are so many words, or so many characters."""
    draw = random.Random(seed)
    out: list[str] = []
    have_words = have_characters = 0
    while have_words < words or have_characters < characters:
        text = " ".join(_sentence(draw) for _ in range(draw.randint(2, 9)))
        out.append(text)
        have_words += len(text.split())
        have_characters += len(text) + 2
    return out


def scene_text(seed: int, *, words: int = 0, characters: int = 0) -> str:
    """A scene; its first words name its seed, so that it can be told from every other."""
    body = paragraphs(seed, words=words, characters=characters)
    return "\n\n".join([opening(seed), *body])


def opening(seed: int) -> str:
    """The first paragraph of the scene of that seed."""
    return f"This was page {seed:05d} of the log, and the hand was hers."


#: stands once in a long scene, just before the caret
MARK = "Skerryvore."
#: scenes in each chapter of a long story
CHAPTER_SCENES = 10


def long_text(characters: int, near: int) -> tuple[str, int]:
    """A scene of about so many characters and a caret in it.

    The caret stands behind `MARK`, at the end of the paragraph around offset `near`.
    """
    text = scene_text(0, characters=characters)
    end = text.find("\n\n", min(near, len(text) - 200))
    end = len(text) if end < 0 else end
    marked = f"{text[:end]} {MARK}"
    return marked + text[end:], len(marked)


def long_scene(path: Path, text: str, caret: int) -> Page:
    """A story of one scene, every third paragraph of it a take of the model's; returns its page."""
    from storyforge.store.story_file import StoryFile

    story = StoryFile.create(path, title="The Light at Skerry Point")
    try:
        scene = story.outline().scenes[0]
        spans: list[Span] = []
        places: list[Place] = []
        at = 0
        for number, paragraph in enumerate(text.split("\n\n")):
            length = len(paragraph)
            if number % 3 == 2 and len(places) < 40:
                place = f"{number:032x}"
                take = story.takes.begin(
                    scene.id, place, model="bench", request_hash="", sampling=Sampling(seed=1)
                )
                story.takes.finish(
                    take.id,
                    text=paragraph,
                    kept=length,
                    state=TakeState.FINISHED,
                    reason=StopReason.LENGTH,
                    usage=Usage(written=length // 5),
                )
                places.append(Place(place, at, at + length))
                spans.append(Span(length, Origin.MODEL, take.id))
            else:
                spans.append(Span(length, Origin.TYPED))
            at += length
            if at < len(text):
                spans.append(Span(2, Origin.TYPED))
                at += 2
        whole = Provenance().replaced(0, 0, tuple(spans))
        page = Page(scene.id, text, Provenance(whole.spans, tuple(places)), caret)
        story.scenes.save(page)
        return page
    finally:
        story.close()


def long_story(path: Path, *, words: int, scene_words: int) -> int:
    """A story of so many words in chapters of `CHAPTER_SCENES`; returns how many scenes it has.

    Scene number n (from 1, in story order) is called "Scene n" and begins with `opening(n)`.
    """
    from storyforge.store.story_file import StoryFile

    story = StoryFile.create(path, title=LONG_TITLE)
    try:
        scenes = max(2, words // scene_words)
        chapter = story.outline().chapters[0].id
        scene = story.outline().scenes[0].id
        story.binder.rename_scene(scene, "Scene 1")
        for number in range(1, scenes + 1):
            if number > 1:
                if number % CHAPTER_SCENES == 1:
                    chapter = story.binder.add_chapter(f"Chapter {number // CHAPTER_SCENES + 1}")
                    held = story.outline().chapters[-1].scenes
                    scene = held[0].id if held else ""
                else:
                    scene = ""
                if scene:
                    story.binder.rename_scene(scene, f"Scene {number}")
                else:
                    scene = story.binder.add_scene(chapter, f"Scene {number}")
            text = scene_text(number, words=scene_words)
            whole = Provenance.whole(len(text), Origin.IMPORTED)
            story.scenes.save(Page(scene, text, whole, 0))
        return scenes
    finally:
        story.close()


#: the title of `long_story`
LONG_TITLE = "A Million Words"


def empty_story(path: Path) -> None:
    """A new story with nothing in it."""
    from storyforge.store.story_file import StoryFile

    StoryFile.create(path, title="Nothing Yet").close()
