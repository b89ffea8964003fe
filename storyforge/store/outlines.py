"""A story's outline read from its rows: chapters, scenes and how long they are, no text."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from storyforge.domain.counting import Counts
from storyforge.domain.story import ChapterHead, Outline, SceneHead
from storyforge.domain.text import one_line
from storyforge.store.remembering import values_of
from storyforge.store.tables import ChapterRow, SceneRow, StoryRow, table
from storyforge.store.values import identity, moment, whole

#: the tables that it is read from
OUTLINE_TABLES = ("story", "chapter", "scene")

_STORY, _CHAPTER, _SCENE = table(StoryRow), table(ChapterRow), table(SceneRow)


def read_outline(session: Session) -> Outline:
    """The story without its text."""
    story = session.execute(select(_STORY)).one()
    chapters = values_of(
        session,
        select(_CHAPTER.c.id, _CHAPTER.c.title)
        .where(_CHAPTER.c.deleted == "")
        .order_by(_CHAPTER.c.position),
    )
    columns = ("id", "chapter_id", "title", "words", "characters", "length")
    scenes = values_of(
        session,
        select(*(_SCENE.c[name] for name in columns))
        .where(_SCENE.c.deleted == "")
        .order_by(_SCENE.c.position),
    )
    heads: dict[str, list[SceneHead]] = {}
    for row in scenes:
        head = _head(*row)
        heads.setdefault(head.chapter_id, []).append(head)
    return Outline(
        identity(story.id),
        one_line(str(story.title)),
        one_line(str(story.author)),
        one_line(str(story.language)),
        moment(story.created),
        tuple(
            ChapterHead(identity(key), one_line(str(title)), tuple(heads.get(identity(key), ())))
            for key, title in chapters
        ),
    )


@lru_cache(maxsize=8192)
def _head(
    key: object, chapter: object, title: object, words: object, characters: object, length: object
) -> SceneHead:
    """A row as a head; every request asks for all of a story's, of which one has changed."""
    counts = Counts(whole(words), whole(characters))
    return SceneHead(identity(key), identity(chapter), one_line(str(title)), counts, whole(length))
