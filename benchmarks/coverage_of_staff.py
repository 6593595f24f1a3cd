"""Print how often intervals of the shortage hold what comes in made-up places of known processes.

Run: ``uv run python -m benchmarks.coverage_of_staff``, with ``--places 20`` for fewer. A place
takes two seconds of a processor.
"""

import argparse

from tests.evaluation.staff_coverage import share_inside, staff_coverage

EMPLOYEES, YEARS = (400, 2_000, 6_000), (1, 3, 8)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--places", type=int, default=80)
    options.add_argument("--draws", type=int, default=100)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    print("employees years ahead  exits recruits  inside  half width  bias  error (% of staff)")
    for employees in EMPLOYEES:
        for years in YEARS:
            found = staff_coverage(employees=employees, years=years, **vars(given))
            for (ahead,), rows in found.group_by("ahead", maintain_order=True):
                staff = rows["staff"].mean()
                missed = rows["came"] - rows["central"]
                half, error = (rows["upper"] - rows["lower"]).mean() / 2, (missed**2).mean() ** 0.5
                print(
                    f"{employees:9d} {years:5d} {ahead:5d} {rows['exits'].mean():6.0f} "
                    f"{rows['recruits'].mean():8.0f} {100 * share_inside(rows):6.0f} %"
                    f"{100 * half / staff:11.1f} {100 * missed.mean() / staff:6.1f} "
                    f"{100 * error / staff:6.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
