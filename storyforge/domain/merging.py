"""What becomes of two copies of one story: a plan, scene by scene and value by value. Pure.

The rules: what only one copy changed is taken; what both changed stays twice where an author wrote
it, and where there can only be one value the later one is taken and the other told; what one copy
deleted goes to the trash unless the other has gone on with it. The plan for the two copies swapped
brings about the same story, so two machines that both merge arrive at one.
"""

import json

from storyforge.domain.ancestry import Verdict, compare, interleaved, parted
from storyforge.domain.merge_plan import Event, MergePlan, ScenePlan, Side, copy_id

# Values that are settled together with what they belong to.
_OWN_RULE = (
    *("scene.deleted", "chapter.deleted", "plan.gone"),
    *("order.scenes", "order.chapters", "order.lore", "order.plan"),
)
# Where an author wrote words: both are kept.
_WORDS = (
    *("comment.text", "context", "lore", "card.notes", "prompt_edit"),
    *("plan.fact", "prompt_copy"),
)
# What the author hears of when only one copy has it.
_TOLD_WHEN_NEW = (*_WORDS, "card.label", "card.status", "word", "plan.kind")
# Of a plan's hundreds of facts one sentence is told, but for those that both changed.
_PLAN = "plan:"


def plan(ours: Side, theirs: Side) -> MergePlan:
    """What becomes of the two copies; ours is the one that the merge is made in."""
    out = MergePlan()
    for key in dict.fromkeys((*ours.values, *theirs.values, *ours.pasts, *theirs.pasts)):
        if key.partition(":")[0] not in _OWN_RULE:
            _settle_value(out, ours, theirs, key)
    for item in dict.fromkeys((*ours.ids("plan.gone"), *theirs.ids("plan.gone"))):
        _settle_item(out, ours, theirs, item)
    for scene_id in dict.fromkeys((*ours.texts, *theirs.texts)):
        _settle_scene(out, ours, theirs, scene_id)
    _settle_chapters(out, ours, theirs)
    _leave_one(out, ours)
    _settle_order(out, ours, theirs)
    _tell_plan_once(out)
    return out


def _settle_value(out: MergePlan, ours: Side, theirs: Side, key: str) -> None:
    mine, yours = ours.values.get(key), theirs.values.get(key)
    kind = key.partition(":")[0]
    if mine == yours:
        out.values[key] = mine
        return
    verdict = compare(ours.grown(key), theirs.grown(key))
    if mine is None or yours is None:
        has = ours if yours is None else theirs
        lacks = theirs if yours is None else ours
        gone = lacks.once_had(key) and verdict.takes_theirs == (lacks is theirs)
        # Taken out here while it was changed there: it stays.
        out.values[key] = None if gone and not verdict.conflict else has.values[key]
        if out.values[key] is not None and kind in _TOLD_WHEN_NEW:
            out.tell(Event.NEWER_VALUE, key, theirs=has is theirs, taken=has.values[key])
        return
    taken, left = (yours, mine) if verdict.takes_theirs else (mine, yours)
    out.values[key] = taken
    if kind.startswith("summary."):
        _settle_summary(out, key, verdict, taken, left)
    elif not verdict.conflict:
        if verdict.takes_theirs:
            out.tell(Event.NEWER_VALUE, key, theirs=True, taken=taken, left=left)
    elif kind not in _WORDS:
        if taken and left and kind != "scene.chapter":
            out.tell(Event.BOTH_VALUES, key, theirs=verdict.takes_theirs, taken=taken, left=left)
        elif not taken:  # what one left empty was filled by the other
            out.values[key] = left
    elif left in taken or taken in left:
        out.values[key] = max(taken, left, key=len)
    else:
        out.kept_twice[key] = left
        out.tell(Event.BOTH_KEPT, key, theirs=verdict.takes_theirs, taken=taken, left=left)


def _settle_summary(out: MergePlan, key: str, verdict: Verdict, taken: str, left: str) -> None:
    """The author's own goes before a model's, which is written again and worth no question."""
    own, left_own = (json.loads(told)[1] == "" for told in (taken, left))
    if not verdict.conflict:
        if own and verdict.takes_theirs:
            out.tell(Event.NEWER_VALUE, key, theirs=True)
    elif own and left_own:
        out.kept_twice[key] = left
        out.tell(Event.BOTH_KEPT, key, theirs=verdict.takes_theirs)
    elif left_own:
        out.values[key] = left


def _settle_item(out: MergePlan, ours: Side, theirs: Side, item: str) -> None:
    """Whether an item of the plan is in it: who went on with it keeps it."""
    key = f"plan.gone:{item}"
    mine, yours = ours.values.get(key), theirs.values.get(key)
    if mine is None or yours is None:
        out.values[key] = mine or yours or ""
        return
    verdict = compare(ours.grown(key), theirs.grown(key))
    if bool(mine) == bool(yours):
        out.values[key] = yours if verdict.takes_theirs else mine
        return
    by_theirs = bool(yours)
    keeper, other = (ours, theirs) if by_theirs else (theirs, ours)
    gone_on = any(
        compare(keeper.grown(fact), other.grown(fact)) not in (Verdict.SAME, Verdict.THEIRS)
        for fact in {*keeper.values, *other.values}
        if fact.startswith(f"plan.fact:{item} ")
    )
    gone = (verdict.conflict or verdict.takes_theirs == by_theirs) and not gone_on
    out.values[key] = (yours or mine) if gone else ""
    out.tell(Event.NEWER_VALUE, key, theirs=by_theirs == gone)


def _tell_plan_once(out: MergePlan) -> None:
    """One finding for all of the plan that came from one copy."""
    quiet = ("plan.fact:", "plan.kind:", "plan.gone:")
    found = [one for one in out.findings if one.event is Event.NEWER_VALUE]
    mine = [one for one in found if one.key.startswith(quiet)]
    out.findings = [one for one in out.findings if one not in mine]
    for theirs in sorted({one.theirs for one in mine}):
        out.tell(Event.NEWER_VALUE, _PLAN, theirs=theirs)


def _settle_scene(out: MergePlan, ours: Side, theirs: Side, scene_id: str) -> None:
    mine, yours = ours.texts.get(scene_id), theirs.texts.get(scene_id)
    gone, key = f"scene.deleted:{scene_id}", f"scene:{scene_id}"
    if mine is None or yours is None:
        has, lacks = (ours, theirs) if yours is None else (theirs, ours)
        text = mine or yours
        assert text is not None
        verdict = Verdict.OURS if yours is None else Verdict.THEIRS
        there = (mine is not None, yours is not None)
        out.scenes[scene_id] = ScenePlan(scene_id, verdict, there)
        out.values[gone] = has.values.get(gone, "")
        for kind in ("scene.title", "scene.chapter"):
            out.values[f"{kind}:{scene_id}"] = has.values.get(f"{kind}:{scene_id}", "")
        emptied = lacks.pasts.get(f"scene.title:{scene_id}", ())
        if emptied and not out.values[gone]:
            # The trash was emptied of it there; it only stays where it was written in since.
            if text.moment > emptied[-1].at:
                out.tell(Event.STAYS, key, theirs=has is theirs)
            else:
                out.values[gone] = lacks.changed
                out.tell(Event.TRASHED, key, theirs=lacks is theirs)
        elif not out.values[gone]:
            out.tell(Event.NEW_SCENE, key, theirs=has is theirs)
        return
    verdict = compare(mine, yours)
    copy = ""
    if verdict.conflict:
        left = mine if verdict.takes_theirs else yours
        copy = copy_id(scene_id, left.digest)
        if copy in ours.texts or copy in theirs.texts:
            copy = ""  # it was kept by an earlier merge
    out.scenes[scene_id] = ScenePlan(scene_id, verdict, (True, True), copy)
    trashed = _settle_deleted(out, ours, theirs, gone, key, verdict)
    if copy:
        out.tell(Event.BOTH_TEXTS, key, theirs=verdict.takes_theirs)
    elif verdict is not Verdict.SAME and not trashed:
        out.tell(Event.NEWER_TEXT, key, theirs=verdict.takes_theirs)


def _settle_deleted(
    out: MergePlan, ours: Side, theirs: Side, gone: str, key: str, text: Verdict
) -> bool:
    """Whether a scene that both copies have lies in the trash afterwards."""
    mine, yours = ours.values.get(gone, ""), theirs.values.get(gone, "")
    verdict = compare(ours.grown(gone), theirs.grown(gone))
    if bool(mine) == bool(yours):
        out.values[gone] = yours if verdict.takes_theirs else mine
        return bool(mine)
    by_theirs = bool(yours)
    wanted = verdict.conflict or verdict.takes_theirs == by_theirs
    unchanged = text is Verdict.SAME or text is (Verdict.THEIRS if by_theirs else Verdict.OURS)
    if wanted and unchanged:
        out.values[gone] = yours or mine
        out.tell(Event.TRASHED, key, theirs=by_theirs)
        return True
    out.values[gone] = ""
    if wanted:
        out.tell(Event.STAYS, key, theirs=not by_theirs)
    return False


def _settle_chapters(out: MergePlan, ours: Side, theirs: Side) -> None:
    mine, yours = ours.ids("chapter.title"), theirs.ids("chapter.title")
    for chapter in dict.fromkeys((*mine, *yours)):
        gone, key = f"chapter.deleted:{chapter}", f"chapter:{chapter}"
        if chapter not in mine or chapter not in yours:
            has, lacks = (ours, theirs) if chapter in mine else (theirs, ours)
            out.values[gone] = has.values.get(gone, "")
            out.values.setdefault(f"chapter.title:{chapter}", None)
            if out.values[f"chapter.title:{chapter}"] is None:  # emptied there, but not here
                out.values[f"chapter.title:{chapter}"] = has.values[f"chapter.title:{chapter}"]
                alive = _live_scenes(out, chapter)
                out.values[gone] = "" if alive else out.values[gone] or lacks.changed
            elif not out.values[gone]:
                out.tell(Event.NEW_CHAPTER, key, theirs=has is theirs)
            continue
        _settle_chapter(out, ours, theirs, chapter)


def _settle_chapter(out: MergePlan, ours: Side, theirs: Side, chapter: str) -> None:
    gone, key = f"chapter.deleted:{chapter}", f"chapter:{chapter}"
    left, right = ours.values.get(gone, ""), theirs.values.get(gone, "")
    verdict = compare(ours.grown(gone), theirs.grown(gone))
    if bool(left) == bool(right):
        out.values[gone] = right if verdict.takes_theirs else left
        return
    by_theirs = bool(right)
    deleter, keeper = (theirs, ours) if by_theirs else (ours, theirs)
    if not (verdict.conflict or verdict.takes_theirs == by_theirs):
        out.values[gone] = ""  # brought back since
        return
    covered = all(
        _went_along(deleter, keeper, scene, chapter) for scene in _live_scenes(out, chapter)
    )
    out.values[gone] = (right or left) if covered else ""
    out.tell(Event.TRASHED if covered else Event.STAYS, key, theirs=by_theirs == covered)


def _went_along(deleter: Side, keeper: Side, scene: str, chapter: str) -> bool:
    """Whether a scene was in the chapter that was deleted, as the other copy has it still."""
    there = deleter.texts.get(scene)
    if there is None or deleter.values.get(f"scene.chapter:{scene}") != chapter:
        return False
    kept = keeper.texts.get(scene)
    return kept is None or kept.digest in there.trail


def _live_scenes(out: MergePlan, chapter: str) -> list[str]:
    return [
        scene
        for scene in out.scenes
        if out.values.get(f"scene.chapter:{scene}") == chapter
        and not out.values.get(f"scene.deleted:{scene}")
    ]


def _leave_one(out: MergePlan, ours: Side) -> None:
    """A story keeps a scene: where each copy deleted what the other kept, ours stay."""
    chapters = [key for key in out.values if key.startswith("chapter.deleted:")]
    if any(not out.values[c] and _live_scenes(out, c.partition(":")[2]) for c in chapters):
        return
    for scene in ours.texts:
        chapter = ours.values.get(f"scene.chapter:{scene}", "")
        gone, whole = f"scene.deleted:{scene}", f"chapter.deleted:{chapter}"
        if not ours.values.get(gone) and not ours.values.get(whole):
            out.values[gone] = out.values[whole] = ""
            out.values[f"scene.chapter:{scene}"] = chapter
            out.tell(Event.STAYS, f"scene:{scene}")


def _settle_order(out: MergePlan, ours: Side, theirs: Side) -> None:
    chapters = {key.partition(":")[2] for key in out.values if key.startswith("chapter.deleted:")}
    out.chapters = _merged_order(out, ours, theirs, "order.chapters:", chapters)
    for chapter in out.chapters:
        scenes = {s for s in out.scenes if out.values.get(f"scene.chapter:{s}") == chapter}
        order = _merged_order(out, ours, theirs, f"order.scenes:{chapter}", scenes)
        whole: list[str] = []
        for scene in order:
            whole.append(scene)
            if out.scenes[scene].copy_id:
                whole.append(out.scenes[scene].copy_id)
        out.scenes_of[chapter] = tuple(whole)
    for key, kind in (("order.lore:", "lore"), ("order.plan:", "plan.kind")):
        members = {*ours.ids(kind), *theirs.ids(kind)}
        out.values[key] = " ".join(_merged_order(out, ours, theirs, key, members))


def _merged_order(
    out: MergePlan, ours: Side, theirs: Side, key: str, members: set[str]
) -> tuple[str, ...]:
    mine, yours = ours.order(key), theirs.order(key)
    verdict = compare(ours.grown(key), theirs.grown(key))
    first, other = (yours, mine) if verdict.takes_theirs else (mine, yours)
    if verdict.conflict and mine and yours and parted(mine, yours):
        out.tell(Event.BOTH_VALUES, key, theirs=verdict.takes_theirs)
    found = tuple(one for one in interleaved(first, other) if one in members)
    return (*found, *sorted(members.difference(found)))
