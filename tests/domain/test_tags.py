"""What a language tag says of its language."""

import pytest

from storyforge.domain.tags import base_language


@pytest.mark.parametrize("tag", ["zh-Hant-TW", "ZH", "zh_CN", "zh"])
def test_regions_and_scripts_belong_to_one_language(tag: str) -> None:
    assert base_language(tag) == "zh"
