# SPDX-License-Identifier: MIT
"""Every piece of code in the README's table "From Python" stands in a program that runs it."""
import re
import sys

# Names alone, and what stands for more than it says.
NO_CODE = re.compile(r"[\w:.]+(\(\))?$|.*\.\.\.")


def table(readme):
    section = readme.split("\n## From Python\n")[1].split("\n## ")[0]
    for line in section.splitlines()[3:]:
        if line.startswith("|"):
            yield re.split(r"(?<!\\)\|", line)[2]


def squeeze(code):
    return re.sub(r"\s|;|{}", "", code.replace("{ void run() override; }", ""))


def read(path):
    with open(path) as file:
        return file.read()


def main(readme, *programs):
    rows = list(table(read(readme)))
    code = squeeze("".join(read(program) for program in programs))
    pieces = [piece for row in rows for piece in re.findall("`([^`]+)`", row)]
    missing = [p for p in pieces if not NO_CODE.match(p) and squeeze(p) not in code]
    for piece in missing:
        print(f"README.md, From Python: nothing runs `{piece}`")
    return bool(missing) or len(pieces) < 40


sys.exit(main(*sys.argv[1:]))
