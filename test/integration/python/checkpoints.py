"""Makes small checkpoints of many architectures with transformers, and loads what became of them.

    checkpoints.py make FOLDER       writes FOLDER/CASE/{a,b} and FOLDER/cases.json
    checkpoints.py compare FOLDER    loads FOLDER/CASE/{linear,stack}, writes FOLDER/compared.json

A comparison loads the merge with `from_pretrained`, makes the same merge of the loaded models with torch, and gives the
largest difference of their outputs, in units of the largest output.
"""

import copy
import json
import sys
from pathlib import Path

import torch
import transformers

LAYERS = 3
VOCABULARY = 96
STACK = [0, 1, 1, 2]
WEIGHTS = {"a": 0.75, "b": 0.25}

sizes = dict(
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=LAYERS,
    num_attention_heads=4,
    vocab_size=VOCABULARY,
    max_position_embeddings=64,
)
grouped = dict(num_key_value_heads=2)
tokens = dict(bos_token_id=1, eos_token_id=2, pad_token_id=0)

# Name of the configuration class, of the model class, and what differs from the configuration's defaults.
CASES = {
    "llama": ("LlamaConfig", "LlamaForCausalLM", {**sizes, **grouped, **tokens}),
    "llamaTied": ("LlamaConfig", "LlamaForCausalLM", {**sizes, **grouped, **tokens, "tie_word_embeddings": True}),
    "mistral": ("MistralConfig", "MistralForCausalLM", {**sizes, **grouped, **tokens, "sliding_window": 4}),
    "mixtral": ("MixtralConfig", "MixtralForCausalLM", {**sizes, **grouped, **tokens, "num_local_experts": 4}),
    "qwen2": ("Qwen2Config", "Qwen2ForCausalLM", {
        **sizes, **grouped, **tokens, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 2,
    }),
    "qwen3": ("Qwen3Config", "Qwen3ForCausalLM", {**sizes, **grouped, **tokens, "head_dim": 8}),
    "gemma": ("GemmaConfig", "GemmaForCausalLM", {**sizes, **grouped, **tokens, "head_dim": 8}),
    "gemma2": ("Gemma2Config", "Gemma2ForCausalLM", {**sizes, **grouped, **tokens, "head_dim": 8, "sliding_window": 4}),
    "gemma3": ("Gemma3TextConfig", "Gemma3ForCausalLM", {
        **sizes, **grouped, **tokens, "head_dim": 8, "sliding_window": 4,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
    }),
    "phi3": ("Phi3Config", "Phi3ForCausalLM", {**sizes, **grouped, **tokens}),
    "gpt2": ("GPT2Config", "GPT2LMHeadModel", dict(
        n_embd=32, n_layer=LAYERS, n_head=4, n_positions=64, vocab_size=VOCABULARY, bos_token_id=1, eos_token_id=2,
    )),
}  # fmt: skip


def model_of(case: str, seed: int) -> transformers.PreTrainedModel:
    config_class, model_class, options = CASES[case]
    torch.manual_seed(seed)
    model = getattr(transformers, model_class)(getattr(transformers, config_class)(**options))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.2)
    return model.eval()


def make(folder: Path) -> None:
    for index, case in enumerate(CASES):
        for seed, name in enumerate(WEIGHTS):
            # One file or several, in turn.
            size = "20KB" if index % 2 else "1GB"
            model_of(case, seed).save_pretrained(folder / case / name, max_shard_size=size)
    (folder / "cases.json").write_text(json.dumps([{"name": case, "className": CASES[case][1]} for case in CASES]))


def load(case: str, folder: Path) -> tuple[transformers.PreTrainedModel, dict]:
    model_class = getattr(transformers, CASES[case][1])
    model, report = model_class.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    return model.eval(), {key: sorted(map(str, value)) for key, value in report.items() if value}


def average(case: str, folder: Path) -> transformers.PreTrainedModel:
    models = {name: load(case, folder / case / name)[0] for name in WEIGHTS}
    merged = copy.deepcopy(models["a"])
    states = {name: model.state_dict() for name, model in models.items()}
    merged.load_state_dict(
        {key: sum(weight * states[name][key] for name, weight in WEIGHTS.items()) for key in states["a"]}
    )
    return merged


def layers_of(model: torch.nn.Module) -> tuple[torch.nn.Module, str]:
    """The module that holds the list of layers, and the list's name."""
    for module in model.modules():
        for name, child in module.named_children():
            if isinstance(child, torch.nn.ModuleList) and len(child) == LAYERS:
                return module, name
    raise LookupError("no list of layers")


def stacked(case: str, folder: Path) -> transformers.PreTrainedModel:
    model, _ = load(case, folder / case / "a")
    owner, name = layers_of(model)
    layers = getattr(owner, name)
    setattr(owner, name, torch.nn.ModuleList(layers[layer] for layer in STACK))
    config = model.config
    setattr(config, "n_layer" if hasattr(config, "n_layer") else "num_hidden_layers", len(STACK))
    if getattr(config, "layer_types", None) is not None:
        config.layer_types = [config.layer_types[layer] for layer in STACK]
    return model


def outputs(model: transformers.PreTrainedModel) -> torch.Tensor:
    ids = torch.randint(3, VOCABULARY, (2, 12), generator=torch.Generator().manual_seed(7))
    with torch.no_grad():
        return model(input_ids=ids, use_cache=False)[0].double()


def compare(folder: Path) -> None:
    expected = {"linear": average, "stack": stacked}
    compared = []
    for case in CASES:
        for kind, reference in expected.items():
            if not (folder / case / kind).exists():
                continue
            try:
                model, report = load(case, folder / case / kind)
                wanted = outputs(reference(case, folder))
                difference = (outputs(model) - wanted).abs().max() / wanted.abs().max()
                result = {"difference": difference.item(), "report": report}
            except Exception as error:
                result = {"error": f"{type(error).__name__}: {error}"}
            compared.append({"case": case, "kind": kind, **result})
    (folder / "compared.json").write_text(json.dumps(compared, indent=1))


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    command, folder = sys.argv[1:]
    {"make": make, "compare": compare}[command](Path(folder))
