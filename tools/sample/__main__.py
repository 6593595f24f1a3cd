"""Write the sample county, the national rates and the practice register again.

``uv run python -m tools.sample`` writes them to ``data`` of the checkout.
"""

from pathlib import Path

from tools.register.extracts import write_register
from tools.sample import write_national, write_sample

DATA = Path(__file__).parents[2] / "data"

write_sample(DATA / "sample")
write_national(DATA / "national")
write_register(DATA / "practice_register", persons=1000)
