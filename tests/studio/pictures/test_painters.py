"""Which painter draws, what of its table leads where, and that one is loaded at a time."""

from pathlib import Path

import pytest

from storyforge.backends.pictures.base import Painter
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.orders import Family, Saving
from storyforge.domain.picture.painters import Dialect, PainterProfile
from storyforge.errors import BadInput
from storyforge.setting_tables import PainterSettings, PictureSettings
from storyforge.settings import Settings
from storyforge.studio.pictures import editing, looking, profiles
from storyforge.studio.pictures.painters import Painters
from storyforge.studio.pictures.profiles import profile_of, spec_of, usual


def told(*names: str, painter: str = "", **more: object) -> Settings:
    tables = {name: PainterSettings(model=f"{name}.safetensors", **more) for name in names}
    return Settings(painters=tables, pictures=PictureSettings(painter=painter))


def test_the_only_one_draws_or_the_one_that_is_set_or_named() -> None:
    assert profile_of(told("ink")).name == "ink"
    assert profile_of(told("ink", "oil", painter="oil")).name == "oil"
    assert profile_of(told("ink", "oil", painter="oil"), "ink").name == "ink"


@pytest.mark.parametrize(
    ("settings", "name", "said", "hint"),
    [
        (told(), "", "No painter is set up yet", "painters add NAME PATH"),
        (told("ink", "oil"), "", "none is set to draw: ink, oil", "painters use NAME"),
        (told("ink"), "oli", "no painter called “oli”", "Known are: ink"),
        (told(), "oli", "no painter called “oli”", "painters add NAME PATH"),
        (told("ink", painter="gone"), "", "no painter called “gone”", "Known are: ink"),
    ],
)
def test_where_none_is_meant_the_way_out_is_told(
    settings: Settings, name: str, said: str, hint: str
) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        profile_of(settings, name)
    assert hint in caught.value.hint


def test_a_table_says_how_it_is_loaded_and_how_it_is_asked() -> None:
    settings = told(
        "ink", dialect="tags, commas", vae="/v.pt", saving="tiles", threads=2, float32_vae=True
    )
    profile = profile_of(settings)
    spec = spec_of(profile)

    assert profile.dialect is Dialect.TAGS_COMMAS
    assert (spec.path, spec.vae) == (Path("ink.safetensors"), Path("/v.pt"))
    assert (spec.saving, spec.threads, spec.float32_vae) == (Saving.TILES, 2, True)
    assert (spec.dtype, spec.device, spec.prediction) == ("auto", "auto", "")


def test_what_is_left_open_is_the_familys_usual() -> None:
    large = usual(PainterProfile("ink", Path("ink")), Family.SDXL)
    own = usual(PainterProfile("ink", Path("ink"), steps=8, width=640), Family.SD2)

    assert (large.width, large.height, large.steps, large.guidance) == (1024, 1024, 20, 7.0)
    assert (own.width, own.height, own.steps) == (640, 768, 8)


def test_a_checkpoint_that_draws_in_few_steps_has_habits_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "sdxl_lightning_8step.safetensors"
    path.write_bytes(b"")
    quick = usual(PainterProfile("quick", path), Family.SDXL)
    assert (quick.sampler, quick.schedule, quick.steps) == ("Euler", "SGM Uniform", 8)
    assert (quick.guidance, quick.width) == (1.0, 1024)
    mine = usual(PainterProfile("quick", path, sampler="DPM++ SDE", steps=5), Family.SDXL)
    assert (mine.sampler, mine.schedule, mine.steps) == ("DPM++ SDE", "Automatic", 5)


def test_a_bare_name_is_looked_for_in_the_folders(tmp_path: Path) -> None:
    checkpoint = tmp_path / "models" / "Stable-diffusion" / "ink.ckpt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_bytes(b"")
    settings = Settings(
        painters={"a": PainterSettings(model="Ink"), "b": PainterSettings(model="inc")},
        pictures=PictureSettings(folders=[str(tmp_path)]),
    )

    assert profiles.ready_profile(settings, "a").model == checkpoint
    with pytest.raises(BadInput, match="no checkpoint called “inc”"):
        profiles.ready_profile(settings, "b")
    assert "no checkpoint called “inc”" in looking.look(settings, "b").fault


async def test_one_painter_is_loaded_at_a_time(tmp_path: Path) -> None:
    made, closed = list[str](), list[str]()

    class Closing(ScriptedPainter):
        async def close(self) -> None:
            closed.append(self.card.name)

    def build(profile: PainterProfile) -> Painter:
        made.append(profile.name)
        return Closing(name=profile.name)

    tables = {name: PainterSettings(model=str(tmp_path / name)) for name in ("ink", "oil")}

    async def settings() -> Settings:
        return Settings(painters=tables)

    pool = Painters(settings, build=build)
    ink, oil = await pool.profile("ink"), await pool.profile("oil")
    first = await pool.of(ink)
    assert await pool.of(ink) is first
    await pool.of(oil)
    assert closed == ["ink"]
    await pool.close()

    assert made == ["ink", "oil"]
    assert closed == ["ink", "oil"]


def test_what_is_typed_is_checked_before_it_is_written() -> None:
    settings = told("ink", steps=8)

    assert editing.set_values(settings, "ink", {"steps": "30", "freeu": "true"}) == {
        "painters.ink.steps": 30,
        "painters.ink.freeu": True,
    }
    assert editing.set_values(settings, "ink", {"steps": None}) == {"painters.ink.steps": None}
    for name, values, said in (
        ("ink", {"stpes": "3"}, "no such setting"),
        ("ink", {"width": "500"}, "multiple of 8"),
        ("oil", {"steps": "3"}, "model"),
        ("../x", {"model": "x"}, "letters, digits"),
    ):
        with pytest.raises(BadInput, match=said):
            editing.set_values(settings, name, values)


def test_a_painter_that_goes_takes_its_choice_along() -> None:
    assert editing.remove(told("ink", painter="ink"), "ink") == {
        "painters.ink": None,
        "pictures.painter": None,
    }
    assert editing.use(told("ink"), "ink") == {"pictures.painter": "ink"}
    with pytest.raises(BadInput):
        editing.use(told("ink"), "oil")


def test_what_leads_nowhere_is_said() -> None:
    assert profiles.complaints(told("ink")) == ()
    assert "“gone”" in profiles.complaints(told("ink", painter="gone"))[0]
    assert looking.overview(told("ink"))[0].draws
    assert "no checkpoint called “ink.safetensors”" in looking.overview(told("ink"))[0].fault


def test_a_painter_in_the_home_of_nobody_costs_only_itself() -> None:
    tables = {"a": PainterSettings(model="~nobody-here/x.ckpt", vae="~nobody-here/y.pt")}
    folders = PictureSettings(folders=["~nobody-here"])
    settings = Settings(painters=tables, pictures=folders)
    assert profiles.spec_of(profiles.known(settings)[0]).path == Path("~nobody-here/x.ckpt")
    assert looking.overview(settings)[0].fault
