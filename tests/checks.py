"""Run every check of the repository: ``uv run python -m tests.checks``."""

import subprocess
import sys

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "layers": ["lint-imports"],
}


def main() -> int:
    """Run the checks one by one; the exit code counts those that failed."""
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}: {' '.join(command)}", flush=True)
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print("All checks passed." if not failed else f"Failed: {', '.join(failed)}.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
