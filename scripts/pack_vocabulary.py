"""Pack tiktoken's o200k_base ranks into the file that ships with juried.

The ranks lie in the wheel of llama-index-core, which is fetched once and only unpacked:

    pip download --no-deps llama-index-core
    python scripts/pack_vocabulary.py llama_index_core-*.whl

The same wheel gives the same bytes, whatever its version, because the content of the ranks is fixed by their SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import zipfile
from pathlib import Path

from juried.text.tokens import RANKS_PATH, RANKS_SHA256

MEMBER = "llama_index/core/_static/tiktoken_cache/fb374d419588a4632f3f557e76b4b70aebbca790"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]


def read_ranks(wheel: Path) -> bytes:
    """Return the ranks from a wheel of llama-index-core; exits with a sentence when they are not the expected ones."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            ranks = archive.read(MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise SystemExit(f"{wheel} holds no o200k_base ranks: {error}.") from error
    found = hashlib.sha256(ranks).hexdigest()
    if found != RANKS_SHA256:
        raise SystemExit(f"The ranks in {wheel} have SHA-256 {found}, not {RANKS_SHA256}.")
    return ranks


def main() -> None:
    """Write `juried/models/tiktoken/o200k_base.tiktoken.xz` and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel of llama-index-core")
    packed = lzma.compress(read_ranks(parser.parse_args().wheel), format=lzma.FORMAT_XZ, filters=_FILTERS)
    RANKS_PATH.parent.mkdir(parents=True, exist_ok=True)
    RANKS_PATH.write_bytes(packed)
    print(f"{RANKS_PATH.name}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
