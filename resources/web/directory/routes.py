"""The pages of the directory, and who may open them: one function a subject."""

from __future__ import annotations

from resources.web.console import Page


def directory_pages() -> list[Page]:
    """Return the pages of the directory console and of the open directory."""
    return [*_editor(), *_importing(), *_truth(), *_open(), *_gatherings(), *_asked()]


def _editor() -> list[Page]:
    return []


def _importing() -> list[Page]:
    return []


def _truth() -> list[Page]:
    return []


def _open() -> list[Page]:
    return []


def _gatherings() -> list[Page]:
    return []


def _asked() -> list[Page]:
    return []
