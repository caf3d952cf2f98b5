"""Runs every notebook from top to bottom on the run in ../output/latest (or SAMEHAND_RUN), and checks what is committed.

    python3 notebooks/run.py            run them; nothing is changed
    python3 notebooks/run.py --write    run them and keep the new outputs

Fails when a cell fails, when a notebook has more than 200 kB, and when one names a folder of the machine it was run on. Needs
notebooks/requirements.txt.
"""

import os
import pathlib
import re
import sys

import nbclient
import nbformat

BYTES_MAX = 200_000
HERE = pathlib.Path(__file__).resolve().parent
# Folders that a system keeps its users' and its own files in, and this one.
MACHINE = re.compile("|".join([r"/(home|root|Users|tmp|opt|var|mnt)/", r"[A-Z]:\\\\", re.escape(str(HERE.parent))]))


def outputs(book):
    """The text of every output, pictures left out: their letters mean nothing."""
    for cell in book.cells:
        for output in cell.get("outputs", []):
            yield output.get("text", "")
            yield "\n".join(output.get("traceback", []))
            yield from (text for kind, text in output.get("data", {}).items() if kind.startswith("text/"))


def faults(path, book):
    if path.stat().st_size > BYTES_MAX:
        yield f"{path.stat().st_size:,} bytes, more than {BYTES_MAX:,}"
    for text in outputs(book):
        found = MACHINE.search(text)
        if found:
            yield f"an output names the machine: {text[max(0, found.start() - 20):][:80]!r}"


def run(path, write):
    book = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(book, timeout=300, record_timing=False, resources={"metadata": {"path": str(HERE)}})
    client.execute()
    if write:
        book.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        nbformat.write(book, path)
    return [*faults(path, book), *faults(path, nbformat.read(path, as_version=4))]


def main():
    # The kernel's own notes on how it is reached are not about the notebook.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    bad = 0
    for path in sorted(HERE.glob("*.ipynb")):
        for fault in dict.fromkeys(run(path, "--write" in sys.argv[1:])):
            print(f"error: {path.name}: {fault}", file=sys.stderr)
            bad += 1
        print(f"{path.name}: every cell ran, {path.stat().st_size:,} bytes")
    sys.exit(1 if bad else 0)


main()
