from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.replies.materials import material_names, mentioned_materials, same_material


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.居民身份证原件及复印件；2.申请表1份", ["居民身份证", "申请表"]),
        ("居民身份证、户口簿、照片2张", ["居民身份证", "户口簿", "照片"]),
        (
            "序号\t材料名称\t形式\n1\t营业执照（副本）\t纸质\n2\t法人授权委托书\t电子",
            ["营业执照", "法人授权委托书"],
        ),
        ("（1）《药品经营许可证申请表》（2）质量管理文件目录", ["药品经营许可证申请表", "质量管理文件目录"]),
        ("材料名称\n来源渠道\n空白表格\n样表\n居民户口簿\n申请人自备\n补领申请表.docx\n无", ["居民户口簿"]),
        ("材料\t填写样本\t参考样表下载\n营业执照\t查看\t无", ["营业执照"]),
        (
            "申请书；不动产权证书遗失声明；食品安全管理制度",
            ["申请书", "不动产权证书遗失声明", "食品安全管理制度"],
        ),
        ("无", []),
    ],
)
def test_names_of_a_guide(text: str, expected: list[str]) -> None:
    assert material_names(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("居民身份证", "身份证"),
        ("居民户口簿", "户口本"),
        ("近期一寸免冠照片", "照片"),
        ("社会保障卡", "社保卡"),
        ("《授权委托书》", "委托书"),
        ("《药品经营许可证申请书》", "药品经营许可证申请表"),
        ("设施空间布局和操作流程的文件", "操作流程文件"),
    ],
)
def test_one_material_under_two_names(one: str, other: str) -> None:
    assert same_material(one, other)
    assert same_material(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("临时居民身份证", "身份证"), ("结婚证", "离婚证"), ("户口簿", "营业执照")]
)
def test_two_materials(one: str, other: str) -> None:
    assert not same_material(one, other)


def test_only_what_is_affirmed_is_mentioned() -> None:
    assert mentioned_materials("请带身份证和户口簿，以及房产证复印件，不需要照片。") == [
        "身份证",
        "户口簿",
        "房产证",
    ]
    assert mentioned_materials("办理该事项需要提交以下材料：申请表") == ["申请表"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_sameness_is_mutual_and_no_text_breaks_it(one: str, other: str) -> None:
    assert same_material(one, other) == same_material(other, one)
    material_names(one)
    mentioned_materials(other)
