"""Times passes of llama.cpp through the low-level API of llama-cpp-python; prints JSON like `nacre bench model`."""

import argparse
import json
import time

import llama_cpp


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", default="1,4,8")
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


class Peer:
    def __init__(self, path, threads, context):
        llama_cpp.llama_log_set(silent, None)
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(
            path.encode(), llama_cpp.llama_model_default_params())
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = context
        parameters.n_batch = context
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, parameters)
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        self.batch = llama_cpp.llama_batch_init(context, 0, 1)

    def seconds(self, rows):
        """Time of one pass over `rows` tokens from an empty cache, with logits for each (at most 64)."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        self.batch.n_tokens = rows
        for index in range(rows):
            self.batch.token[index] = (index * 7919 + 3) % self.vocabulary
            self.batch.pos[index] = index
            self.batch.n_seq_id[index] = 1
            self.batch.seq_id[index][0] = 0
            self.batch.logits[index] = index >= rows - 64
        start = time.perf_counter()
        if llama_cpp.llama_decode(self.context, self.batch) != 0:
            raise RuntimeError("llama_decode failed")
        llama_cpp.llama_synchronize(self.context)
        return time.perf_counter() - start


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def main():
    options = arguments()
    rows = sorted({1, *map(int, options.rows.split(","))})
    peer = Peer(options.model, options.threads, max(options.prompt, rows[-1], 256))
    for count in rows:
        peer.seconds(count)
    best = {count: min(peer.seconds(count) for _ in range(options.repeats)) for count in rows}
    prompt = peer.seconds(options.prompt) if options.prompt else None
    print(json.dumps({"passSeconds": {str(count): best[count] for count in rows}, "promptSeconds": prompt}))


if __name__ == "__main__":
    main()
