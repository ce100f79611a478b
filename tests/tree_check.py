# SPDX-License-Identifier: MIT
"""What checks of the whole tree share: the command, and small trees by which a check is checked itself."""
import tempfile
from pathlib import Path


def offences_of(checker, files):
    """What a checker says of a small tree of {path: text}."""
    with tempfile.TemporaryDirectory(prefix="glia-tree-") as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return checker(folder).run()


def self_test(name, checker, cases):
    """How many of `cases`, (files, text of the only offence or None), are judged wrongly."""
    failed = 0
    for count, (files, expected) in enumerate(cases, 1):
        found = offences_of(checker, files)
        good = not found if expected is None else len(found) == 1 and expected in found[0]
        if not good:
            failed += 1
            print(f"{files}\n  expected: {expected}\n  found:    {found}")
    print(f"{name}: {count} trees, {failed} judged wrongly")
    return failed


def main(arguments, name, checker, cases, counted):
    """The exit code. `counted` is what the checker counts, by the name of its member: none is an offence too."""
    if arguments == ["--self-test"]:
        return 1 if self_test(name, checker, cases()) else 0
    check = checker(arguments[0] if arguments else Path(__file__).resolve().parent.parent)
    offences = check.run()
    count = getattr(check, counted)
    print("\n".join(offences + [f"{name}: {count} {counted}, {len(offences)} offences"]))
    return 1 if offences or not count else 0
