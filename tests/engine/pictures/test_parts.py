"""Parts from weights of other days: the libraries have renamed them since."""

from typing import Any

from transformers import CLIPConfig, CLIPTextConfig, CLIPVisionConfig

from storyforge.engine.pictures import parts


def checker_config() -> dict[str, Any]:
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    tokens = {"vocab_size": 64, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    config = CLIPConfig(
        text_config=CLIPTextConfig(**sizes, num_attention_heads=2, **tokens),
        vision_config=CLIPVisionConfig(
            **sizes, num_attention_heads=2, image_size=32, patch_size=8, projection_dim=16
        ),
        projection_dim=16,
    )
    told: dict[str, Any] = config.to_dict()
    return told


def test_a_safety_checker_of_the_first_folders_is_read() -> None:
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

    config = checker_config()
    made = StableDiffusionSafetyChecker(CLIPConfig.from_dict(config))
    now = made.state_dict()
    # As Stable Diffusion 1's own folder has them, with a buffer that is no weight any more.
    level = "vision_model."
    then = {
        key if key.startswith(2 * level) or not key.startswith(level) else level + key: each
        for key, each in now.items()
    }
    then["vision_model.vision_model.embeddings.position_ids"] = torch.arange(17)
    assert all(key.startswith(2 * level) for key in then if key.startswith(level))
    built = parts.build(StableDiffusionSafetyChecker, config, then, "checker")
    assert all(torch.equal(each, now[key]) for key, each in built.state_dict().items())
