"""Commands that run others, keep variables, or ask the router."""

from __future__ import annotations

from .expr import number_of, text_of
from .interpreter import Flow, Interpreter, Procedure, command
from .parse import TclError, elements, listed
from .patterns import glob


@command("set", 1, 2)
def set_(i: Interpreter, words: list[str]) -> str:
    return i.set(*words) if len(words) == 2 else i.get(words[0])


@command("unset", 1)
def unset(i: Interpreter, words: list[str]) -> str:
    for name in words:
        i.unset(name)
    return ""


@command("incr", 1, 2)
def incr(i: Interpreter, words: list[str]) -> str:
    step = integer(words[1]) if len(words) == 2 else 1
    return i.set(words[0], str(integer(i.get(words[0])) + step))


def integer(text: str) -> int:
    """A text as an integer."""
    number = number_of(text)
    if not isinstance(number, int):
        raise TclError(f'expected integer but got "{text}"')
    return number


@command("append", 1)
def append(i: Interpreter, words: list[str]) -> str:
    held = i.get(words[0]) if i.has(words[0]) else ""
    return i.set(words[0], held + "".join(words[1:]))


@command("global")
def global_(i: Interpreter, words: list[str]) -> str:
    if i.globals:
        i.globals[-1].update(words)
    return ""


@command("expr", 1)
def expr(i: Interpreter, words: list[str]) -> str:
    return text_of(i.expression(" ".join(words)))


@command("puts", 1, 3)
def puts(i: Interpreter, words: list[str]) -> str:
    """`puts [-nonewline] [stdout] TEXT`."""
    end = ""
    if words[0] == "-nonewline":
        words = words[1:]
    else:
        end = "\n"
    if len(words) == 2 and words[0] not in ("stdout", "stderr"):
        raise TclError(f'can not find channel named "{words[0]}"')
    i.printed += words[-1] + end
    return ""


@command("if", 2)
def if_(i: Interpreter, words: list[str]) -> str:
    at = 0
    while at < len(words):
        holds = i.is_true(words[at])
        at += 1 + (words[at + 1 : at + 2] == ["then"])
        if at >= len(words):
            raise TclError("wrong # args: no script following condition")
        if holds:
            return i.script(words[at])
        at += 1
        if at == len(words):
            return ""
        if words[at] == "elseif":
            at += 1
            continue
        at += words[at] == "else"
        return i.script(words[at])
    return ""


def is_over(i: Interpreter, body: str) -> bool:
    """Run the body of a loop; whether that ended the loop."""
    i.step()
    try:
        i.script(body)
    except Flow as flow:
        if flow.kind not in ("break", "continue"):
            raise
        return flow.kind == "break"
    return False


@command("while", 2, 2)
def while_(i: Interpreter, words: list[str]) -> str:
    condition, body = words
    while i.is_true(condition) and not is_over(i, body):
        pass
    return ""


@command("for", 4, 4)
def for_(i: Interpreter, words: list[str]) -> str:
    start, condition, after, body = words
    i.script(start)
    while i.is_true(condition) and not is_over(i, body):
        i.script(after)
    return ""


@command("foreach", 3)
def foreach(i: Interpreter, words: list[str]) -> str:
    """`foreach {a b} LIST ... BODY`."""
    *pairs, body = words
    if len(pairs) % 2:
        raise TclError('wrong # args: should be "foreach varList list ?varList list ...? command"')
    names = [elements(pair) for pair in pairs[::2]]
    lists = [elements(pair) for pair in pairs[1::2]]
    rounds = max(-(-len(items) // len(group)) for group, items in zip(names, lists, strict=True))
    for number in range(rounds):
        for group, items in zip(names, lists, strict=True):
            start = number * len(group)
            for offset, name in enumerate(group):
                taken = items[start + offset : start + offset + 1]
                i.set(name, taken[0] if taken else "")
        if is_over(i, body):
            break
    return ""


@command("break", 0, 0)
def break_(i: Interpreter, words: list[str]) -> str:
    raise Flow("break")


@command("continue", 0, 0)
def continue_(i: Interpreter, words: list[str]) -> str:
    raise Flow("continue")


@command("return", 0, 1)
def return_(i: Interpreter, words: list[str]) -> str:
    raise Flow("return", "".join(words))


@command("exit", 0, 1)
@command("tclquit", 0, 0)
def exit_(i: Interpreter, words: list[str]) -> str:
    raise Flow("exit")


@command("proc", 3, 3)
def proc(i: Interpreter, words: list[str]) -> str:
    name, parameters, body = words
    i.state.procedures[name] = Procedure(tuple(elements(parameters)), body)
    return ""


@command("catch", 1, 2)
def catch(i: Interpreter, words: list[str]) -> str:
    try:
        result, code = i.script(words[0]), 0
    except TclError as error:
        result, code = str(error), 1
    except Flow as flow:
        if flow.kind == "exit":
            raise
        result, code = flow.value, {"return": 2, "break": 3, "continue": 4}[flow.kind]
    if len(words) == 2:
        i.set(words[1], result)
    return str(code)


@command("error", 1, 3)
def error(i: Interpreter, words: list[str]) -> str:
    raise TclError(words[0])


@command("eval", 1)
def eval_(i: Interpreter, words: list[str]) -> str:
    return i.script(" ".join(words))


@command("switch", 2)
def switch(i: Interpreter, words: list[str]) -> str:
    """`switch [-exact | -glob] VALUE {pattern body ...}`."""
    is_glob = False
    while words[0].startswith("-"):
        option, words = words[0], words[1:]
        is_glob = option == "-glob" or (is_glob and option == "--")
        if option == "--":
            break
    value, *rest = words
    pairs = elements(rest[0]) if len(rest) == 1 else rest
    for at in range(0, len(pairs) - 1, 2):
        pattern = pairs[at]
        is_last = pattern == "default" and at == len(pairs) - 2
        if is_last or pattern == value or (is_glob and glob(pattern, value)):
            body = next(b for b in pairs[at + 1 :: 2] if b != "-")
            return i.script(body)
    return ""


@command("info", 1, 2)
def info(i: Interpreter, words: list[str]) -> str:
    match words:
        case ["exists", name]:
            return str(int(i.has(name)))
        case ["procs", *_]:
            return listed(i.state.procedures)
        case ["vars", *_]:
            return listed(i.scopes[-1] if i.scopes else i.state.variables)
        case ["globals", *_]:
            return listed(i.state.variables)
        case _:
            raise TclError(f'bad option "{words[0]}": must be exists, globals, procs, or vars')


@command("array", 2, 3)
def array(i: Interpreter, words: list[str]) -> str:
    match words:
        case ["set", name, text]:
            items = elements(text)
            if len(items) % 2:
                raise TclError("list must have an even number of elements")
            for key, value in zip(items[::2], items[1::2], strict=True):
                i.set(f"{name}({key})", value)
            return ""
        case ["names", name, *_]:
            return listed(i.array(name))
        case ["get", name, *_]:
            return listed(x for pair in i.array(name).items() for x in pair)
        case ["size", name]:
            return str(len(i.array(name)))
        case ["exists", name]:
            return str(int(bool(i.array(name))))
        case _:
            raise TclError(f'bad option "{words[0]}": must be exists, get, names, set, or size')


# -- the router ----


@command("exec", 1)
def exec_(i: Interpreter, words: list[str]) -> str:
    return i.ask("exec", " ".join(words))


@command("ios_config", 1)
def ios_config(i: Interpreter, words: list[str]) -> str:
    return i.ask("config", *words)


@command("typeahead", 1, 1)
def typeahead(i: Interpreter, words: list[str]) -> str:
    return i.ask("typeahead", words[0])


@command("source", 1, 1)
def source(i: Interpreter, words: list[str]) -> str:
    return i.script(i.ask("read", words[0]))


@command("after", 1, 1)
def after(i: Interpreter, words: list[str]) -> str:
    return i.ask("after", str(integer(words[0])))


@command("clock", 1, 1)
def clock(i: Interpreter, words: list[str]) -> str:
    if words[0] != "seconds":
        raise TclError(f'bad option "{words[0]}": must be seconds')
    return i.ask("seconds")
