"""What acts on a portal is told from what brings something of it, by words, by functions and by forms."""

from __future__ import annotations

import pytest
from lxml import html

from spiders.acting import acts, asked_of_a_visitor, is_captcha
from spiders.acting_links import acts_when_followed


@pytest.mark.parametrize(
    "words",
    [
        "上传", "上传附件", "上传材料", "材料上传", "附件上传", "重新上传", "删除", "删除附件", "移除", "提交", "提交材料",
        "确认提交", "提交申请", "保存", "发送到邮箱", "我要投诉", "投诉举报", "评价", "我要评价", "非常满意", "不满意", "差评",
        "有用", "没有帮助", "点赞", "收藏", "预约", "立即预约", "网上预约", "在线办理", "我要办理", "我要申请", "申请材料邮寄",
        "缴费", "在线填表", "纠错", "我要纠错", "关注", "添加附件", "取消 收藏", "同意", "在线 申报",
    ],
)  # fmt: skip
def test_words_of_an_act(words: str) -> None:
    assert acts(words)


@pytest.mark.parametrize(
    "words",
    [
        "", "下载", "附件下载", "空白表格", "样表", "投诉登记表", "投诉举报登记表", "删除登记申请书", "预约登记表", "缴费通知书",
        "提交材料清单", "提交材料目录", "申请表", "申请书", "申请材料", "评价表", "授权委托书", "注册登记申请书", "修改章程决议",
        "取消备案申请表", "信息公开申请表", "撤销登记申请书.doc", "意见反馈表", "办理流程图", "填写说明", "填报须知", "签名样本",
        "保存承诺书", "同意书", "确认书", "咨询服务协议", "附件1", "营业执照", "查看附件", "上传文件预览", "材料", "文件", "个人", "全部",
        "不满意度调查报告", "领取方式", "长三角", "评价中心材料汇编",
    ],
)  # fmt: skip
def test_words_of_what_can_be_had(words: str) -> None:
    assert not acts(words)


@pytest.mark.parametrize(
    "call",
    ["uploadFile", "fileUpload", "btn_upload", "delFile", "deleteAttachment", "attachDelete", "deletefile", "removeFj",
     "submitAttach", "addFile", "fileComplaint", "fileAppointment", "attachPay", "tousuFile", "emailFile"],
)  # fmt: skip
def test_functions_that_act(call: str) -> None:
    assert acts("", call) and acts("申请表", call)


@pytest.mark.parametrize(
    "call",
    ["", "downFile", "downloadUpload", "viewUploadFile", "getUploadFile", "openDeletedFile", "showFile", "fileModel",
     "modelFile", "payload", "loadFile", "address", "delayDown", "previewFile", "deliveryFile", "removedFiles", "addressFile"],
)  # fmt: skip
def test_functions_that_bring_something(call: str) -> None:
    assert not acts("申请表", call)


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("<form><input type=hidden name=id value=3><button>下载</button></form>", []),
        ("<form><input type=text name=id value=3></form>", []),
        ("<form><input name=id style='display: none'></form>", []),
        ("<form style='display:none'><input name=fileId></form>", []),
        ("<form><div hidden><input name=id></div></form>", []),
        ("<form><input name=id readonly><input type=submit value=下载></form>", []),
        ("<form><input name=tel><input name=vcode></form>", ["tel", "vcode"]),
        ("<form><textarea name=said></textarea></form>", ["said"]),
        ("<form><input type=file id=f></form>", ["f"]),
        ("<form><input placeholder=验证码></form>", ["验证码"]),
        ("<div style='display:none'><form><input name=fileId></form></div>", []),
        ("<div style='display:none'><form>手机号<input name=tel><button>下载</button></form></div>", ["tel"]),
    ],
)
def test_what_a_form_asks(form: str, asked: list[str]) -> None:
    parsed = html.fragment_fromstring(form)
    found = parsed if parsed.tag == "form" else parsed.find(".//form")
    assert found is not None
    assert asked_of_a_visitor(found) == asked


@pytest.mark.parametrize(
    ("field", "captcha"),
    [
        ("vcode", True),
        ("验证码", True),
        ("verifyCode", True),
        ("yzm", True),
        ("tel", False),
        ("zipcode", False),
    ],
)
def test_a_captcha_is_known_by_its_name(field: str, captcha: bool) -> None:
    assert is_captcha(field) is captcha


@pytest.mark.parametrize(
    "words", ["收藏", "取消收藏", "点赞", "赞(12)", "顶 3", "删除", "删除评论", "签到", "取消关注"]
)
def test_links_that_act_once_they_are_opened(words: str) -> None:
    assert acts_when_followed("http://a.gov.cn/x", words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "我的收藏",
        "收藏夹",
        "在线办理",
        "投票结果",
        "删除登记办理",
        "顶层设计",
        "赞助登记",
        "关注我们",
        "投诉",
    ],
)
def test_links_that_lead_to_a_page(words: str) -> None:
    assert not acts_when_followed("http://a.gov.cn/x", words)
