"""How the gallery's panes stand, and how its tiles look."""

GALLERY_CSS = """
GalleryScreen #room { height: 1fr; }
GalleryScreen PictureView { display: none; }
GalleryScreen.-viewing PictureView { display: block; }
GalleryScreen.-viewing #room { display: none; }
GalleryScreen PictureGrid { height: 1fr; }
GalleryScreen #left { width: 1fr; height: 100%; }
GalleryScreen #pictures, GalleryScreen #prompt, GalleryScreen #settings {
    border: round $border-blurred;
    border-title-color: $foreground-muted;
    border-subtitle-color: $foreground-muted;
}
GalleryScreen #pictures:focus-within, GalleryScreen #prompt:focus-within,
GalleryScreen #settings:focus-within {
    border: round $border;
    border-title-color: $accent;
}
GalleryScreen #pictures { width: 100%; height: 1fr; }
GalleryScreen #prompt { width: 100%; height: 10; }
GalleryScreen #settings { width: 36; height: 100%; }
GalleryScreen.-low #prompt { height: 8; }
GalleryScreen.-narrow #settings { display: none; }
GalleryScreen.-narrow.-on_settings #settings { display: block; width: 100%; }
GalleryScreen.-narrow.-on_settings #left { display: none; }
"""

GRID_CSS = """
PictureGrid {
    background: $background;
    color: $foreground;
    scrollbar-size-vertical: 1;
    overflow-x: hidden;
    .tile--head { text-style: bold; }
    .tile--empty, .tile--note, .tile--words { color: $foreground-muted; }
    .tile--warning { color: $text-warning; }
    .tile--signs { color: $accent; }
    .tile--edge { color: $border-blurred; }
    .tile--cursor { background: $block-cursor-blurred-background; }
    &:focus .tile--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
    }
    &:focus .tile--edge { color: $accent; }
    &:nocolor:focus .tile--cursor { text-style: reverse; }
}
"""
