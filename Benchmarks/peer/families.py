"""Converts the test checkpoints of every family with Nacre and runs the files in llama.cpp.

    pip install llama-cpp-python==0.3.36
    python Benchmarks/peer/families.py .build/release/nacre

Prints, for each family, how far llama.cpp's logits are from those of transformers (normalized mean square error), and
how many of the texts that the tokenizers are tested with both programs cut into the same tokens.
"""

import ctypes
import json
import pathlib
import subprocess
import sys
import tempfile

import llama_cpp

ROOT = pathlib.Path(__file__).parents[2]
FAMILIES = ROOT / "Tests/ConversionTests/Fixtures/families"
TEXTS = list(json.loads((FAMILIES.parent / "tokenizers/gpt-2/ids.json").read_text(encoding="utf-8")))


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def load(path):
    parameters = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise RuntimeError(f"llama.cpp does not load {path}")
    return model


def logits(model, tokens):
    """Logits after every token, from a cache in single precision."""
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 256
    parameters.type_k = parameters.type_v = 0
    context = llama_cpp.llama_init_from_model(model, parameters)
    batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
    batch.n_tokens = len(tokens)
    for index, token in enumerate(tokens):
        batch.token[index], batch.pos[index] = token, index
        batch.n_seq_id[index], batch.logits[index] = 1, True
        batch.seq_id[index][0] = 0
    if llama_cpp.llama_decode(context, batch) != 0:
        raise RuntimeError("llama_decode failed")
    count = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    return [llama_cpp.llama_get_logits_ith(context, index)[:count] for index in range(len(tokens))]


def tokens_of(model, text):
    buffer = (llama_cpp.llama_token * 4096)()
    data = text.encode()
    count = llama_cpp.llama_tokenize(
        llama_cpp.llama_model_get_vocab(model), data, len(data), buffer, len(buffer), False, True)
    return list(buffer[:count])


def error(found, expected):
    return sum((a - b) ** 2 for a, b in zip(found, expected)) / sum(b * b for b in expected)


def nacre_tokens(nacre, path, text):
    file = path.with_suffix(".txt")
    file.write_bytes(text.encode())
    command = [nacre, "tokenize", "--model", path, "--prompt-file", file, "--no-special", "--parse-special", "--json"]
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [row["id"] for row in json.loads(rows or "[]")]


def main(nacre):
    llama_cpp.llama_log_set(silent, ctypes.c_void_p())
    llama_cpp.llama_backend_init()
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted(FAMILIES.iterdir()):
            path = pathlib.Path(folder) / f"{source.name}.gguf"
            subprocess.run([nacre, "convert", str(source), "--output", str(path), "--type", "f32"], check=True,
                           capture_output=True)
            model = load(path)
            reference = json.loads((source / "reference.json").read_text())
            rows = logits(model, reference["tokens"])
            worst = max(error(rows[p], e) for p, e in zip(reference["positions"], reference["logits"]))
            same = sum(tokens_of(model, text) == nacre_tokens(nacre, path, text) for text in TEXTS)
            print(f"{source.name:12} logits: {worst:.1e}   same tokens: {same} of {len(TEXTS)} texts")
            llama_cpp.llama_model_free(model)


if __name__ == "__main__":
    main(sys.argv[1])
