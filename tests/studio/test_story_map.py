"""The story map: what is planned, held against the text."""

from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.store.story_file import StoryFile
from storyforge.studio.story_map import Mark, mapped, story_map
from tests.studio.reading_in.conftest import write


def test_what_is_planned_is_held_against_the_text(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "light.forge", title="The Light") as story:
        (chapter,) = story.outline().chapters
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara"})
        tom = story.plan.add(Kind.CHARACTER, {"name": "Tom Reed"})
        anna = story.plan.add(Kind.CHARACTER, {"name": "Anna Reed"})
        child = story.plan.add(Kind.CHARACTER, {"name": "the child"})
        page = story.plan.add(Kind.PLOT_LINE, {"name": "The page"})
        first = chapter.scenes[0].id
        story.plan.put(first, {"cast": f"{mara}\n{tom}", "point_of_view": mara})
        write(story, first, "Anna waited. Reed did not come. The child slept.")
        second = story.plan.add(
            Kind.SCENE, {"cast": tom, "plot_lines": page, "title": "Oil"}, chapter_id=chapter.id
        )
        third = story.plan.add(Kind.SCENE, {"cast": anna}, chapter_id=chapter.id)
        found = story_map(story)
        assert [column.id for column in found.columns] == [mara, tom, anna, child, page]
        assert [line.id for line in found.lines] == [first, second, third]
        assert [line.first for line in found.lines] == [True, False, False]
        assert found.lines[0].marks == (
            Mark.SEES,
            Mark.UNNAMED,
            Mark.UNPLANNED,
            Mark.UNPLANNED,
            Mark.NONE,
        )
        assert found.lines[1].marks == (Mark.NONE, Mark.THERE, Mark.NONE, Mark.NONE, Mark.THERE)
        assert [(one.scenes, one.gap) for one in found.columns[:3]] == [(1, 0), (2, 0), (2, 1)]


def test_who_is_planned_by_a_name_alone_is_in_the_scene(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "light.forge", title="The Light") as story:
        (scene,) = story.plan.read().scenes
        facts = {"cast": "mara", "point_of_view": "Tom Reed", "plot_lines": "the page"}
        story.plan.put(scene.id, facts)
        story.plan.add(Kind.CHARACTER, {"name": "Mara"})
        story.plan.add(Kind.CHARACTER, {"name": "Tom Reed"})
        story.plan.add(Kind.PLOT_LINE, {"name": "The page"})
        assert story_map(story).lines[0].marks == (Mark.THERE, Mark.SEES, Mark.THERE)


def test_japanese_names_are_found_by_their_halves(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "hi.forge", title="灯", language="ja") as story:
        (chapter,) = story.outline().chapters
        story.plan.add(Kind.CHARACTER, {"name": "佐藤健太"})
        write(story, chapter.scenes[0].id, "健太くんは港にいた。")
        assert story_map(story).lines[0].marks == (Mark.UNPLANNED,)


def test_a_plan_without_a_cast_has_a_map_of_scenes_alone(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "light.forge", title="The Light") as story:
        found = mapped(story.plan.read(), {})
        assert (found.columns, len(found.lines), found.lines[0].marks) == ((), 1, ())
