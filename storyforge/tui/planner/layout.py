"""How the planner's panes stand: beside each other where there is room, else one at a time."""

PLANNER_CSS = """
PlannerScreen #room { height: 1fr; }
PlannerScreen #stages, PlannerScreen FieldsPane, PlannerScreen VariantsPane {
    height: 100%;
    border: round $border-blurred;
    border-title-color: $foreground-muted;
    border-subtitle-color: $foreground-muted;
}
PlannerScreen #stages:focus-within, PlannerScreen FieldsPane:focus-within,
PlannerScreen VariantsPane:focus-within {
    border: round $border;
    border-title-color: $accent;
}
PlannerScreen #stages { width: 28; }
PlannerScreen StageList { height: 1fr; }
PlannerScreen FieldsPane { width: 3fr; }
PlannerScreen VariantsPane { width: 2fr; max-width: 64; }
PlannerScreen.-narrow #stages, PlannerScreen.-narrow VariantsPane { display: none; }
PlannerScreen.-narrow.-on_stages #stages { display: block; }
PlannerScreen.-narrow.-on_variants FieldsPane { display: none; }
PlannerScreen.-narrow.-on_variants VariantsPane { display: block; width: 1fr; max-width: 100%; }
"""
