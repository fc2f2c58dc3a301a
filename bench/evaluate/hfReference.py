"""Scores a workload with lm-evaluation-harness's Hugging Face backend, in float32 with one thread and batch size 1.

usage: hfReference.py MODEL_FOLDER
Reads {"requests": [[context, continuation], ...]} from standard input, and writes one JSON object to standard output:
seconds and cpuSeconds (scoring only, the model being loaded already), logLikelihoods, versions. Nothing else is written there.
"""
import contextlib
import importlib.machinery
import json
import os
import sys
import time
import types

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"


class AbsentModules:
    """Lets the harness be imported without its optional dependencies that plain log-likelihoods do not use."""

    names = ("evaluate", "rouge_score", "sqlitedict", "pytablewriter", "word2number", "datasets", "sacrebleu", "peft")

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda attribute: type(attribute, (), {})
        return module

    def exec_module(self, module):
        pass


def main():
    requests = json.load(sys.stdin)["requests"]
    with contextlib.redirect_stdout(sys.stderr):
        sys.meta_path.append(AbsentModules())
        import torch

        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        import lm_eval
        import transformers
        from lm_eval.api.instance import Instance
        from lm_eval.models.huggingface import HFLM

        model = HFLM(pretrained=sys.argv[1], dtype="float32", device="cpu", batch_size=1)
        instances = [
            Instance(request_type="loglikelihood", doc={}, arguments=tuple(request), idx=index)
            for index, request in enumerate(requests)
        ]
        # The first call pays for lazy initialisation.
        model.loglikelihood(instances[:1], disable_tqdm=True)
        started, startedCpu = time.perf_counter(), time.process_time()
        results = model.loglikelihood(instances, disable_tqdm=True)
        seconds, cpuSeconds = time.perf_counter() - started, time.process_time() - startedCpu
        versions = {"lm_eval": lm_eval.__version__, "torch": torch.__version__, "transformers": transformers.__version__}
    values = [value for value, _ in results]
    json.dump(
        {"seconds": seconds, "cpuSeconds": cpuSeconds, "logLikelihoods": values, "versions": versions}, sys.stdout
    )


main()
