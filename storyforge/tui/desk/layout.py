"""Where everything on the desk stands, by the width at hand, and what folds away. Styles only."""

DESK_CSS = """
    DeskScreen { layers: default over; }
    DeskScreen #room { height: 1fr; }
    DeskScreen #page { width: 1fr; height: 100%; align-horizontal: center; padding: 0 1; }
    DeskScreen Manuscript { width: 100%; max-width: 84; height: 1fr; }
    DeskScreen Binder, DeskScreen TakesPanel { display: none; height: 1fr; }
    /* Over the page; the takes stand beside it, for what they preview must be seen. */
    DeskScreen Binder { layer: over; dock: left; width: 40; background: $surface; }
    DeskScreen TakesPanel { width: 28; background: $background; }
    DeskScreen .-over { display: block; }
    DeskScreen.-medium Binder, DeskScreen.-wide Binder {
        display: block;
        layer: default;
        dock: none;
        width: 26;
        background: $background;
    }
    DeskScreen.-wide TakesPanel, DeskScreen.-wide #side.-shown > .panel.-front { display: block; }
    /* Only the page: what lies over it still comes when it is asked for. */
    DeskScreen.-quiet Header, DeskScreen.-quiet StatusBar, DeskScreen.-quiet KeysBar {
        display: none;
    }
    DeskScreen.-quiet.-glance StatusBar, DeskScreen.-quiet.-glance Header { display: block; }
    DeskScreen.-quiet #room > * { display: none; }
    DeskScreen.-quiet #room > #page, DeskScreen.-quiet #room > .-over { display: block; }
    DeskScreen.-quiet #room > #side { display: block; }
    DeskScreen.-quiet #side > *, DeskScreen.-quiet #side.-shown > .panel.-front {
        display: none;
    }
    DeskScreen.-quiet #side > .-over, DeskScreen.-quiet #side.-panel > .panel.-front {
        display: block;
    }
    DeskScreen.-quiet Manuscript {
        scrollbar-color: $background;
        scrollbar-color-hover: $foreground-disabled;
        scrollbar-color-active: $foreground-disabled;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    DeskScreen.-quiet Binder { layer: over; dock: left; width: 40; background: $surface; }
"""
