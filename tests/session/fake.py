"""A lab of scripted devices for the transcript runner: it answers from a table and keeps logs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FakeLog:
    at: int
    text: str


@dataclass
class FakeDevice:
    name: str
    answers: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    """Prompt after a line, where the line changes it."""
    mode: str = "#"
    log: list[FakeLog] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    @property
    def logged(self) -> int:
        return len(self.log)

    def log_since(self, number: int) -> list[FakeLog]:
        return self.log[number:]

    @property
    def prompt(self) -> str:
        return self.mode if self.mode.endswith(" ") else self.name + self.mode

    def cli(self, line: str) -> str:
        self.typed.append(line)
        changes = {"configure terminal": "(config)#", "end": "#", **self.prompts}
        self.mode = changes.get(line, self.mode)
        return self.answers.get(line, "")


@dataclass
class FakeLab:
    devices: dict[str, FakeDevice]
    now_ns: int = 0
    due: list[tuple[int, str, str]] = field(default_factory=list)
    """Log lines to come: (virtual ns, device, text)."""

    def run_for(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)
        for at, device, text in [entry for entry in self.due if entry[0] <= self.now_ns]:
            self.devices[device].log.append(FakeLog(at, text))
            self.due.remove((at, device, text))

    def settle(self) -> None:
        self.run_for(15)
