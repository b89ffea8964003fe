"""What a model meant, within the bounds of what it was asked for."""

from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.tasks import TASKS
from storyforge.studio.answers.fitting import read


def test_nothing_to_be_said_is_an_answer_where_a_list_may_be_empty() -> None:
    schema = schema_of(TASKS["outline/check"])
    assert read('{"notes": []}', schema).value == {"notes": []}
