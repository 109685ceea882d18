"""A small library file to write, and the shipped library loaded."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.indicators import library_file, services

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "fixtures/library").glob("*.yaml"))
CONTENT: dict[str, Any] = {
    "library": {"title": "水利行业指标", "source": "县水利局", "fiscal_year": 2023},
    "category": {"code": "water", "name": "水利", "position": 1},
    "indicators": [
        {
            "code": "SL-1",
            "level1": "产出",
            "level2": "数量",
            "name": "更换老旧水表数量",
            "operator": "≥",
            "direction": "正向",
            "unit": "块",
            "typical_value": 1200,
            "explanation": "年度内更换并验收的水表块数",
            "keywords": "水表 供水",
        },
        {
            "code": "SL-2",
            "level1": "效益",
            "level2": "可持续影响",
            "name": "管护责任落实情况",
            "operator": "定性",
            "direction": "正向",
            "typical_value": "管护协议签订到村，每季有巡查记录",
            "explanation": "设施投用后是否有人管",
        },
    ],
}


@pytest.fixture
def content() -> dict[str, Any]:
    """A valid file's content, to be changed by the test."""
    return deepcopy(CONTENT)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a content (or raw text) as a file and answers its path."""

    def make(content: Any, name: str = "water.yaml") -> Path:
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def load(db: None, write: Callable[..., Path]) -> Callable[..., list[services.Loaded]]:
    """Loads contents from the console, as the command does."""

    def run(*contents: Any) -> list[services.Loaded]:
        paths = [write(content, f"{place}.yaml") for place, content in enumerate(contents)]
        return services.load(actor=None, documents=library_file.read_all(paths))

    return run


@pytest.fixture(scope="session")
def shipped() -> list[library_file.Document]:
    """The library that comes with the product, read once."""
    return library_file.read_all(SHIPPED)


@pytest.fixture
def common(db: None, shipped: list[library_file.Document]) -> list[services.Loaded]:
    """The shipped library, loaded."""
    return services.load(actor=None, documents=shipped)
