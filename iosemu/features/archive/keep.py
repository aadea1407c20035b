"""Keeping configurations in the archive: names, numbers, the oldest that has to go."""

from __future__ import annotations

import re
from contextlib import suppress

from iosemu.cli.api import Box, Rejected, task
from iosemu.features.files import store
from iosemu.features.system.config import SystemConfig
from iosemu.features.system.files import SAVED, configuration, text_of
from iosemu.kernel.time import MINUTE
from iosemu.proto.calendar import MONTHS
from iosemu.proto.parts import Clock

from .config import ArchiveConfig, ArchiveSlot
from .state import Archived

PERIOD = "archive.period"
_STAMP_AND_NUMBER = r"-[A-Z][a-z]{2}-[-\d]\d-\d\d-\d\d-\d\d\.\d{3}-(\d+)"


def settings(box: Box) -> ArchiveConfig:
    """What is configured, defaults without."""
    return box.config.of(ArchiveSlot).archive or ArchiveConfig()


def path_of(box: Box) -> str:
    """The configured path with its variables replaced; Rejected without one."""
    path = settings(box).path
    if path is None:
        raise Rejected('Archive path not set.  Please configure "path" in archive mode first.')
    return path.replace("$h", box.config.of(SystemConfig).hostname)


def archived(box: Box) -> Archived:
    """What is kept; what was kept before a reload is found again by the names of the files."""
    held = box.part(Archived)
    if held.is_read or settings(box).path is None:
        return held
    held.is_read = True
    place = store.located(box, path_of(box).replace("$t", ""))
    files = store.table_of(box, place) or {}
    names = re.compile(re.escape(place.path) + _STAMP_AND_NUMBER)
    found = sorted((int(m[1]), path) for path in files if (m := names.fullmatch(path)))
    held.urls = [str(store.Place(place.system, path)) for _, path in found] + held.urls
    held.number = max([held.number, *(number + 1 for number, _ in found)])
    return held


def next_url(box: Box, stamp: str) -> str:
    """The file the next configuration goes to."""
    path, number = path_of(box), archived(box).number
    return f"{path.replace('$t', '')}-{stamp}-{number}"


def stamp_of(box: Box) -> str:
    """ "Jan--2-18-10-37.203": the time as names of files have it."""
    at, _ = box.part(Clock).local(box.now)
    day = str(at.day).rjust(2, "-")
    return (
        f"{MONTHS[at.month - 1]}-{day}-{at.hour:02d}-{at.minute:02d}"
        f"-{at.second:02d}.{at.millisecond:03d}"
    )


def archive(box: Box) -> str:
    """Keep the running configuration; the URL it has now."""
    url = next_url(box, stamp_of(box))
    place = store.located(box, url)
    store.write(box, place, text_of(configuration(box)).encode("latin-1", "replace"))
    held = archived(box)
    held.urls.append(str(place))
    held.number += 1
    while len(held.urls) > settings(box).maximum:
        oldest = store.located(box, held.urls.pop(0))
        if store.exists(box, oldest):
            store.remove(box, oldest)
    return str(place)


def on_saved(box: Box) -> None:
    """`write-memory`: keep what is saved, too."""
    wanted = settings(box)
    if wanted.write_memory and wanted.path is not None:
        archive(box)


SAVED.append(on_saved)


@task(PERIOD)
def on_period(box: Box) -> None:
    """`time-period`: keep the configuration now and then."""
    wanted = settings(box)
    if wanted.time_period_min is None:
        return
    if wanted.path is not None:
        # A full disk must not end the period.
        with suppress(Rejected):
            archive(box)
    box.schedule(PERIOD, wanted.time_period_min * MINUTE)
