"""The AWS CLI 1.x in one process: reads command lines from standard input, and runs each.

It is run by the interpreter of the AWS CLI, which is not that of the tests. A line in is a JSON
array of arguments, a line out a JSON object with the exit code and both outputs.
"""

import functools
import io
import json
import sys

from awscli import clidriver  # type: ignore[import-not-found, unused-ignore] # elsewhere


def main() -> None:
    """Answer line by line, until the input ends."""
    answers = sys.stdout
    # What botocore has read from its files is the same for every run.
    sessions = clidriver.botocore.session
    sessions.create_loader = functools.cache(sessions.create_loader)
    for line in sys.stdin:
        raw = io.BytesIO(), io.BytesIO()
        sys.stdout, sys.stderr = (io.TextIOWrapper(file, encoding="utf-8") for file in raw)
        # Each run has one of its own: a sample of the input registers handlers for good.
        code = clidriver.create_clidriver().main(json.loads(line))
        sys.stdout.flush()
        sys.stderr.flush()
        stdout, stderr = (file.getvalue().decode() for file in raw)
        json.dump({"returncode": code, "stdout": stdout, "stderr": stderr}, answers)
        answers.write("\n")
        answers.flush()


main()
