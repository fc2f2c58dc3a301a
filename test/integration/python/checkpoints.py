"""Makes small checkpoints of many architectures with transformers, and loads what became of them.

    checkpoints.py make FOLDER       writes FOLDER/CASE/{a,b} and FOLDER/cases.json
    checkpoints.py compare FOLDER    loads FOLDER/CASE/{linear,stack,mixture}, writes FOLDER/compared.json

A comparison loads the merge with `from_pretrained`, makes the same merge of the loaded models with torch, and gives the
largest difference of their outputs, in units of the largest output.
"""

import copy
import json
import sys
from pathlib import Path

import safetensors.torch
import torch
import transformers

LAYERS = 3
VOCABULARY = 96
# Layers of a stacked result, by the number of layers that a model has: the language model has 3, one for pictures 2.
STACKS = {LAYERS: [0, 1, 1, 2], 2: [0, 1, 1]}
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
    # No table: known by the names of their tensors alone.
    "gptNeoX": ("GPTNeoXConfig", "GPTNeoXForCausalLM", {**sizes, **tokens}),
    "bert": ("BertConfig", "BertForMaskedLM", {**sizes}),
    "roberta": ("RobertaConfig", "RobertaForMaskedLM", {**sizes, "pad_token_id": 1}),
    "phi": ("PhiConfig", "PhiForCausalLM", {**sizes, **tokens}),
    "olmo2": ("Olmo2Config", "Olmo2ForCausalLM", {**sizes, **grouped, **tokens}),
    "stableLm": ("StableLmConfig", "StableLmForCausalLM", {**sizes, **grouped, **tokens}),
    "granite": ("GraniteConfig", "GraniteForCausalLM", {**sizes, **grouped, **tokens}),
    "cohere": ("CohereConfig", "CohereForCausalLM", {**sizes, **grouped, **tokens}),
    "cohere2": ("Cohere2Config", "Cohere2ForCausalLM", {**sizes, **grouped, **tokens, "sliding_window": 4}),
    "smolLm3": ("SmolLM3Config", "SmolLM3ForCausalLM", {
        **sizes, **grouped, **tokens, "no_rope_layer_interval": 2,
    }),
    "qwen3Moe": ("Qwen3MoeConfig", "Qwen3MoeForCausalLM", {
        **sizes, **grouped, **tokens, "head_dim": 8, "moe_intermediate_size": 16, "num_experts": 4,
        "num_experts_per_tok": 2, "mlp_only_layers": [0],
    }),
    "gemma3Vision": ("Gemma3Config", "Gemma3ForConditionalGeneration", dict(
        text_config={
            **sizes, **grouped, **tokens, "head_dim": 8, "sliding_window": 4,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        },
        vision_config={**sizes, "num_hidden_layers": 2, "image_size": 16, "patch_size": 4},
        mm_tokens_per_image=4, image_token_index=90, boi_token_index=91, eoi_token_index=92,
    )),
    "qwen2Vision": ("Qwen2VLConfig", "Qwen2VLForConditionalGeneration", dict(
        text_config={
            **sizes, **grouped, **tokens,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2]},
        },
        vision_config=dict(
            depth=2, embed_dim=32, hidden_size=32, num_heads=4, mlp_ratio=2, patch_size=4, spatial_merge_size=2,
            temporal_patch_size=2,
        ),
        image_token_id=90, video_token_id=91, vision_start_token_id=92, vision_end_token_id=93,
    )),
}  # fmt: skip


# Of models with few settings in config.json, as older versions wrote it: the rest is the default of their class.
DEFAULTS = ["rope_parameters", "rms_norm_eps", "max_position_embeddings", "num_key_value_heads", "sliding_window"]
# Dense models that become experts.
MIXTURES = {
    "llama": [],
    "llamaDefaults": DEFAULTS,
    "mistral": [],
    "mistralDefaults": DEFAULTS,
}
many_heads = dict(hidden_size=64, num_attention_heads=16, num_key_value_heads=8)
CASES["llamaDefaults"] = ("LlamaConfig", "LlamaForCausalLM", {**sizes, **tokens, "max_position_embeddings": 2048})
CASES["mistralDefaults"] = ("MistralConfig", "MistralForCausalLM", {**sizes, **tokens, **many_heads})


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
            for key in MIXTURES.get(case, []):
                remove_setting(folder / case / name / "config.json", key)
    (folder / "cases.json").write_text(json.dumps([
        {"name": case, "className": CASES[case][1], "isExpert": case in MIXTURES} for case in CASES
    ]))


def remove_setting(path: Path, key: str) -> None:
    config = json.loads(path.read_text())
    config.pop(key, None)
    path.write_text(json.dumps(config))


def load(case: str, folder: Path, class_name: str | None = None) -> tuple[transformers.PreTrainedModel, dict]:
    model_class = getattr(transformers, class_name or CASES[case][1])
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


def stacked(case: str, folder: Path) -> transformers.PreTrainedModel:
    model, _ = load(case, folder / case / "a")
    for owner in list(model.modules()):
        for name, child in list(owner.named_children()):
            picks = STACKS.get(len(child)) if name in ("layers", "layer", "h", "blocks") else None
            if picks is None:
                continue
            setattr(owner, name, torch.nn.ModuleList(child[layer] for layer in picks))
            for key in ("num_hidden_layers", "n_layer", "depth"):
                if hasattr(owner.config, key):
                    setattr(owner.config, key, len(picks))
            if getattr(owner.config, "layer_types", None) is not None:
                owner.config.layer_types = [owner.config.layer_types[layer] for layer in picks]
    return model


class Mixture(torch.nn.Module):
    """Sends each token to the two dense MLPs that the router prefers; weighs them by its softmax."""

    def __init__(self, router: torch.Tensor, experts: list[torch.nn.Module]):
        super().__init__()
        self.router = router
        self.experts = torch.nn.ModuleList(experts)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        best, chosen = torch.nn.functional.linear(hidden, self.router).topk(2)
        weights = torch.zeros(*hidden.shape[:-1], len(self.experts)).scatter(-1, chosen, best.softmax(-1))
        outputs = torch.stack([expert(hidden) for expert in self.experts], dim=-1)
        return (outputs * weights.unsqueeze(-2)).sum(-1)


def mixture(case: str, folder: Path) -> transformers.PreTrainedModel:
    """The base model with a mixture in place of each MLP; the router is read from the result, whatever made it."""
    model, experts = load(case, folder / case / "a")[0], [load(case, folder / case / name)[0] for name in "abb"]
    with torch.no_grad():
        for layer in experts[2].model.layers:
            layer.mlp.down_proj.weight *= 0.5
    stored = safetensors.torch.load_file(folder / case / "mixture" / "model.safetensors")
    for index, layer in enumerate(model.model.layers):
        router = stored[f"model.layers.{index}.block_sparse_moe.gate.weight"]
        layer.mlp = Mixture(router, [expert.model.layers[index].mlp for expert in experts])
    return model


IMAGE_TOKENS = [90] * 4


def pixels(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(8))


PICTURES = {
    "gemma3Vision": lambda ids: dict(pixel_values=pixels(2, 3, 16, 16), token_type_ids=(ids == 90).long()),
    "qwen2Vision": lambda ids: dict(
        pixel_values=pixels(32, 96),
        image_grid_thw=torch.tensor([[1, 4, 4], [1, 4, 4]]),
        mm_token_type_ids=(ids == 90).int(),
    ),
}


def outputs(case: str, model: transformers.PreTrainedModel) -> torch.Tensor:
    ids = torch.randint(3, 90, (2, 12), generator=torch.Generator().manual_seed(7))
    extra = {}
    if case in PICTURES:
        ids[:, 2:6] = torch.tensor(IMAGE_TOKENS)
        extra = PICTURES[case](ids)
    with torch.no_grad():
        return model(input_ids=ids, use_cache=False, return_dict=True, **extra).logits.double()


def compare(folder: Path) -> None:
    expected = {"linear": average, "stack": stacked, "mixture": mixture}
    compared = []
    for case in CASES:
        for kind, reference in expected.items():
            if kind == "mixture" and case not in MIXTURES:
                continue
            try:
                class_name = "MixtralForCausalLM" if kind == "mixture" else None
                model, report = load(case, folder / case / kind, class_name)
                wanted = outputs(case, reference(case, folder))
                difference = (outputs(case, model) - wanted).abs().max() / wanted.abs().max()
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
