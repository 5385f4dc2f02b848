"""Compares tokens and greedy texts of Nacre and llama.cpp; called by Benchmarks/texts-beside-llama-cpp."""

import argparse
import ctypes
import json
import pathlib
import subprocess
import sys
import tempfile

import llama_cpp
import numpy as np

from peer import silent

NACRE = ".build/release/nacre"
PROMPTS = [
    "def quicksort(items):\n", "import os\nimport sys\n\n\ndef main(", "class Point:\n    def __init__(self, x, y):\n",
    "for index in range(10):\n    print(", "def read(path):\n    with open(path) as file:\n", "The quick brown fox",
    "# Returns the largest of three numbers\ndef largest(a, b, c):\n", "try:\n    value = int(text)\nexcept ",
    "    return [x * 2 for x in ", "Ünïcödé: é, 漢字, 🐚\n", "x = {'a': 1, 'b': ", "while True:\n    line = ",
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--types", default="f16,q8_0,q4_k_m", help="what folders are converted to")
    parser.add_argument("--max-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--largest-gap", type=float, default=0.1, help="of two logits that are a tie")
    parser.add_argument("--prompt-file", type=pathlib.Path, help="prompts with NUL bytes between them")
    return parser.parse_args()


class Peer:
    def __init__(self, path, threads):
        self.model = llama_cpp.llama_model_load_from_file(
            str(path).encode(), llama_cpp.llama_model_default_params())
        if not self.model:
            raise RuntimeError(f"llama.cpp does not load {path}")
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = 512
        parameters.n_threads = parameters.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, parameters)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.count = llama_cpp.llama_vocab_n_tokens(self.vocabulary)

    def close(self):
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)

    def tokens(self, text):
        utf8 = text.encode()
        room = (llama_cpp.llama_token * (len(utf8) + 8))()
        count = llama_cpp.llama_tokenize(self.vocabulary, utf8, len(utf8), room, len(room), True, False)
        return list(room[:count])

    def greedy(self, prompt, limit):
        """Tokens, and the logits that each was chosen by."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        tokens, rows, pending = [], [], prompt
        while len(tokens) < limit:
            room = (llama_cpp.llama_token * len(pending))(*pending)
            if llama_cpp.llama_decode(self.context, llama_cpp.llama_batch_get_one(room, len(pending))) != 0:
                raise RuntimeError("llama_decode failed")
            row = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, -1), (self.count,)).copy()
            token = int(row.argmax())
            if llama_cpp.llama_vocab_is_eog(self.vocabulary, token):
                break
            tokens.append(token)
            rows.append(row)
            pending = [token]
        return tokens, rows

    def piece(self, token):
        room = ctypes.create_string_buffer(256)
        count = llama_cpp.llama_token_to_piece(self.vocabulary, token, room, 256, 0, True)
        return room.raw[:max(count, 0)].decode(errors="replace")


def nacre(*words):
    result = subprocess.run([NACRE, *map(str, words)], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"nacre {words[0]}: {result.stderr.strip()}")
    return json.loads(result.stdout)


def compare(path, prompts, options):
    """Prints a line per prompt whose texts part; returns whether all gaps are small."""
    peer = Peer(path, options.threads)
    same, largest, good = 0, 0.0, True
    for prompt in prompts:
        theirs = peer.tokens(prompt)
        ours = [row["id"] for row in nacre("tokenize", "--model", path, "--prompt", prompt, "--json")]
        if ours != theirs:
            print(f"  {prompt!r}: tokens {ours}, llama.cpp {theirs}")
            good = False
            continue
        peer_tokens, rows = peer.greedy(theirs, options.max_tokens)
        tokens = nacre("generate", "--model", path, "--prompt", prompt, "--max-tokens", options.max_tokens, "--json",
                       "--threads", options.threads)["tokens"][:len(peer_tokens)]
        if tokens == peer_tokens:
            same += 1
            continue
        place = next((i for i, pair in enumerate(zip(tokens, peer_tokens)) if pair[0] != pair[1]), len(tokens))
        if place == len(tokens):
            print(f"  {prompt!r}: ends after {place} tokens, llama.cpp goes on")
            good = False
            continue
        mine, peers = tokens[place], peer_tokens[place]
        gap = float(rows[place][peers] - rows[place][mine])
        largest = max(largest, gap)
        good = good and gap <= options.largest_gap
        print(f"  {prompt!r}: token {place + 1} is {peer.piece(mine)!r}, llama.cpp {peer.piece(peers)!r}; "
              f"its logits {rows[place][mine]:.4f} and {rows[place][peers]:.4f}, gap {gap:.4f}")
    peer.close()
    print(f"{path.name}: {same} of {len(prompts)} texts of up to {options.max_tokens} tokens are the same"
          + (f", the others part at gaps of at most {largest:.4f}" if same < len(prompts) else ""), flush=True)
    return good


def main():
    options = arguments()
    llama_cpp.llama_log_set(silent, None)
    llama_cpp.llama_backend_init()
    prompts = options.prompt_file.read_text().split("\0") if options.prompt_file else PROMPTS
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            if not model.is_dir():
                good = compare(model, prompts, options) and good
                continue
            for kind in options.types.split(","):
                path = pathlib.Path(folder) / f"{model.name}-{kind}.gguf"
                nacre("convert", model, "-o", path, "--type", kind, "--json")
                good = compare(path, prompts, options) and good
                path.unlink()
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
