"""The lab prompt at a terminal: prompt_toolkit with completion, toolbar and a history file.

Imported only when such a prompt is shown.  While it waits for the user, virtual time goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app, run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from .complete import candidates, common_beginning, last_word
from .console import Console

TICK_S = 0.05
REFRESH_S = 0.5


class LabCompleter(Completer):
    """Completion by what the lab knows."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        text = document.text_before_cursor
        start = -len(last_word(text))
        for found in candidates(self.console.lab, text):
            yield Completion(found.word, start, display_meta=found.help)


class LabPrompt:
    """Asks for one line after another; `tick` runs the lab for the wall time that passed."""

    def __init__(self, console: Console, history: Path | None, tick: Callable[[], None]) -> None:
        self.console, self.tick = console, tick
        self.held: list[bytes] = []
        """What was printed while the prompt stood; shown above it."""
        self.session: PromptSession[str] = PromptSession(
            completer=LabCompleter(console),
            complete_while_typing=False,
            history=_history(history),
            bottom_toolbar=lambda: toolbar(console),
            refresh_interval=REFRESH_S,
            key_bindings=_keys(console),
        )

    def ask(self) -> str | None:
        """A line; None at the end of input.  Ctrl-C drops the line."""
        default, self.console.typed_ahead = self.console.typed_ahead, ""
        try:
            return self.session.prompt(
                self.console.prompt_text, default=default, pre_run=self._start, handle_sigint=False
            )
        except KeyboardInterrupt:
            return ""
        except EOFError:
            return None

    def _start(self) -> None:
        get_app().create_background_task(self._keep_time())

    async def _keep_time(self) -> None:
        """Run the lab in step with the wall clock, between keys; nothing here is cut short."""
        write = self.console.divert(self.held.append)
        try:
            while True:
                await self._sleep()
                self.tick()
                if self.held:
                    printed = b"".join(self.held)
                    self.held.clear()
                    await run_in_terminal(partial(write, printed))
        finally:
            self.console.divert(write)
            if self.held:
                write(b"".join(self.held))
                self.held.clear()

    async def _sleep(self) -> None:
        """Until the next tick; with devices of the operating system joined, until a frame comes or
        the lab has something to do."""
        outside = None if self.console.is_paused else self.console.lab.outside
        if outside is None:
            await asyncio.sleep(TICK_S)
            return
        loop, came, filenos = asyncio.get_running_loop(), asyncio.Event(), outside.filenos()
        for fileno in filenos:
            loop.add_reader(fileno, came.set)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), min(TICK_S, outside.wait_s()))
        finally:
            for fileno in filenos:
                loop.remove_reader(fileno)


def toolbar(console: Console) -> str:
    """Lab, virtual time, speed, and each device that is not simply up."""
    speed = "paused" if console.is_paused else f"x{console.speed:g}"
    states = (
        f"{name}{'' if router.device.is_up else ' (down)'}"
        for name, router in console.lab.routers.items()
    )
    return f" {console.lab.topology.name}  {console.time_text()}  {speed}   {' '.join(states)}"


def _history(file: Path | None) -> History:
    if file is None:
        return InMemoryHistory()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


def _keys(console: Console) -> KeyBindings:
    """Tab completes at once, so that what is typed behind it is not lost; `?` lists what fits."""
    keys = KeyBindings()

    @keys.add("tab")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None:
            buffer.complete_next()
            return
        text = buffer.document.text_before_cursor
        last, words = last_word(text), [c.word for c in candidates(console.lab, text)]
        known = common_beginning(words) + (" " if len(words) == 1 else "")
        if len(known) > len(last):
            buffer.delete_before_cursor(len(last))
            buffer.insert_text(known)
        elif len(words) > 1:
            buffer.start_completion()

    @keys.add("?")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.start_completion()

    return keys
