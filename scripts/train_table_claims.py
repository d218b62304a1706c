"""Fit the weights for claims about tables on SciTab; the same data give the same bytes.

    python -m scripts.train_table_claims --data PATH --out juried/models/table_claims

PATH holds claims/scitab. All claims are fitted on; `benchmarks/table_claims.py` measures by folds of papers instead.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.scitab import features, fit, load
from juried.files import write_atomically
from juried.records.base import readable_json


def main() -> None:
    """Write weights.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    claims = load(given.data / "claims" / "scitab" / "sci_tab_odd.json")
    weights = fit(claims, features(claims))
    write_atomically(given.out / "weights.json", readable_json(weights).encode())
    print(f"fitted on {len(claims)} claims of {len({item.paper for item in claims})} papers")


if __name__ == "__main__":
    main()
