"""A page is called what it is, whatever words it uses, and says why."""

from __future__ import annotations

import pytest

from results.records import PageKind
from spiders.guide_reader import PageReading, read_guide
from spiders.page_kinds import kind_of

FOOT = """<div class="footer"><p>主办：某某市人民政府办公室　网站标识码：3100000001</p><p>版权所有 沪ICP备00000000号 联系电话：021-00000000</p></div>"""
MENU = """<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/bsfw/">办事服务</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/hdjl/">互动交流</a></li><li><a href="/sf/">收费标准</a></li></ul></div>"""


def article(title: str, body: str, crumbs: str = "首页 > 政务公开 > 通知公告") -> str:
    return f"""<html><head><title>{title}-某某市人民政府</title></head><body>{MENU}<div class="position">当前位置：{crumbs}</div>
<h1>{title}</h1><div class="info">发布时间：2024-05-06 10:00 来源：市人民政府办公室 浏览次数：120</div>
<div class="article">{body}</div>{FOOT}</body></html>"""


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


SUBSIDY_NOTICE = article(
    "关于组织申报2024年度科技创新专项资金的通知",
    paragraphs(
        "某科〔2024〕18号",
        "各区科技局，各有关单位：",
        "根据《市科技创新专项资金管理办法》，现就组织申报2024年度专项资金有关事项通知如下：",
        "一、申报条件",
        "申报单位应当在本市注册登记，具有独立法人资格，近三年无重大违法记录。",
        "二、申报材料",
        "（一）专项资金申请表；（二）营业执照复印件；（三）上年度审计报告。",
        "三、申报程序",
        "申报单位登录市科技业务平台填报，区科技局审核推荐，市科技局组织评审。",
        "四、申报时间",
        "2024年5月10日至6月10日，逾期不予受理。",
        "五、联系方式",
        "市科技局规划处，联系电话：021-11112222。",
        "附件：专项资金申请表.docx",
        "某某市科学技术局",
        "2024年5月6日",
    ),
)
RECRUITMENT = article(
    "某某市事业单位2024年公开招聘工作人员公告",
    paragraphs(
        "因工作需要，现面向社会公开招聘工作人员50名，有关事项公告如下：",
        "一、报名条件",
        "具有中华人民共和国国籍，遵守宪法和法律，具有良好的品行。",
        "二、报名时间和方式",
        "报名时间：2024年6月1日9:00至6月5日17:00。报名方式：网上报名。",
        "三、报名材料：身份证、毕业证书、学位证书。",
        "四、考试程序：笔试、面试、体检、考察。",
        "咨询电话：021-33334444　监督电话：021-55556666",
    ),
    "首页 > 人事招聘",
)
REGULATION = article(
    "某某市居住证管理办法",
    paragraphs(
        "第一章 总则",
        "第一条 为了规范居住证管理工作，保障公民合法权益，制定本办法。",
        "第二条 本办法适用于本市行政区域内居住证的申领、发放、使用等管理活动。",
        "第三条 申请材料应当包括：身份证明、居住证明。",
        "第四条 公安机关应当自受理申请之日起15个工作日内作出决定，办理时限不得延长。",
        "第五条 申领居住证不收取费用。",
        "第六条 本办法自2024年7月1日起施行。",
    ),
    "首页 > 政务公开 > 政策法规",
)
NEWS = article(
    "我市推行“一窗受理”改革 群众办事更便捷",
    paragraphs(
        "本报讯（记者 张三）近日，记者从市政务服务中心获悉，我市全面推行“一窗受理、集成服务”改革，申请材料平均精简三成，"
        "法定办结时限压缩六成，收费标准全部公开。",
        "“以前办营业执照要跑好几个窗口，现在一个窗口就办好了。”正在办理业务的李先生说。据悉，下一步我市将继续优化办理流程。",
    ),
    "首页 > 新闻中心 > 工作动态",
)
INTERPRETATION = article(
    "《某某市居住证管理办法》政策解读",
    paragraphs(
        "一、制定背景",
        "随着新型城镇化的推进，原有办法已不能适应实际需要。",
        "二、主要内容",
        "（一）优化申请材料。取消了三项证明材料，实行告知承诺。",
        "（二）压缩办理时限。由法定的15个工作日压缩至5个工作日。",
        "三、解读机关",
        "市公安局，联系电话：021-12345678。",
    ),
    "首页 > 政务公开 > 政策解读",
)
FEES = article(
    "某某市行政事业性收费目录清单（2024年版）",
    "<table><tr><th>序号</th><th>部门</th><th>收费项目</th><th>收费标准</th><th>收费依据</th></tr>"
    + "".join(
        f"<tr><td>{n}</td><td>公安</td><td>证照费{n}</td><td>{n}元/证</td><td>发改价格〔2019〕{n}号</td></tr>"
        for n in range(1, 15)
    )
    + "</table>",
)
CONSULTATION = article(
    "关于《某某市公园条例（草案）》公开征求意见的公告",
    paragraphs(
        "为提高立法质量，现将《某某市公园条例（草案）》公布，向社会公开征求意见。",
        "公众可在2024年6月1日前通过以下方式提出意见：",
        "联系地址：某某市人民路1号　联系电话：021-87654321　电子邮箱：lifa@example.gov.cn",
    ),
    "首页 > 互动交流 > 意见征集",
)
ABOUT = article(
    "市行政审批局机构职能",
    paragraphs(
        "一、主要职责",
        "负责统筹推进全市行政审批制度改革，规范审批流程，公开申请材料和办理时限。",
        "二、内设机构：综合处、审批处、监督处。",
        "办公地址：人民路1号　办公时间：工作日9:00-17:00　联系电话：021-10000000",
    ),
    "首页 > 政务公开 > 机构职能",
)
DISCLOSURE = article(
    "某某市政府信息公开指南",
    paragraphs(
        "为便于公民、法人和其他组织依法获取政府信息，编制本指南。",
        "一、公开内容：本机关主动公开政府信息的范围包括机关职能、法规规章、行政许可办理依据等。",
        "二、依申请公开政府信息",
        "（一）受理机构：市政府办公室政务公开科。办公地址：人民路1号。办公时间：工作日。联系电话：021-20000000。",
        "（二）申请材料：政府信息公开申请表、身份证复印件。",
        "（三）办理时限：自收到申请之日起20个工作日内予以答复。",
        "（四）收费标准：依申请公开政府信息不收取费用。",
        "（五）监督方式：认为未依法履行政府信息公开义务的，可以向上级机关投诉举报。",
    ),
    "首页 > 政务公开 > 政府信息公开指南",
)
GUIDE_LIST = f"""<title>办事指南列表</title>{
    MENU
}<div class="position">当前位置：首页 > 办事服务 > 办事指南</div><ul class="list">{
    "".join(
        f'<li><a href="/bszn/{n}.html">第{n}类营业性演出许可办理</a><span>2024-01-{n:02d}</span></li>'
        for n in range(1, 21)
    )
}</ul><div class="page"><a href="?p=1">上一页</a><a href="?p=2">下一页</a>共20条</div>{FOOT}"""
SCRIPT_LIST = f"""<title>个人服务</title><table>{
    "".join(
        f'<tr><td>{n}</td><td><a href="javascript:;" onclick="detail({n})">生育保险待遇核定支付{n}</a></td></tr>'
        for n in range(1, 12)
    )
}</table>"""
APPLICATION = """<title>居住证申领登记表</title><form><table><tr><td>姓名</td><td><input name=a></td><td>联系电话</td><td><input name=b></td></tr>
<tr><td>地址</td><td><input name=c></td><td>申请材料</td><td><input type=file name=d></td></tr><tr><td>受理地点</td><td><select name=e><option>一</select></td></tr></table></form>"""
ZONE = f"""<title>跨省通办专区</title>{MENU}<h1>跨省通办</h1><ul>{
    "".join(f'<li><a href="/kstb/{n}">事项{n}：身份证换领与补领</a></li>' for n in range(1, 9))
}</ul>"""
MAILBOX = """<title>市长信箱-某某市政务服务网</title><h2>市长信箱</h2><form><p>姓名<input name=a></p><p>电话<input name=b></p><p>内容<textarea></textarea></p></form>"""
FAQ = article(
    "居住证常见问题",
    paragraphs(
        "问：居住证丢了怎么办？",
        "答：可以到公安派出所补领。",
        "问：居住证要收费吗？",
        "答：首次申领不收费。",
        "问：多久能拿到？",
        "答：15个工作日。",
    ),
    "首页 > 互动交流 > 常见问题",
)
SEARCH = """<title>搜索结果</title><div>为您找到相关结果约25条</div><ul><li><a href="/a">身份证办理指南</a><p>申请材料：户口簿</p></li><li><a href="/b">身份证补领</a></li></ul>"""

KINDS = [
    ("subsidy notice", SUBSIDY_NOTICE, "/art/2024/5/6/art_1_2.html", {PageKind.NOTICE}),
    ("recruitment", RECRUITMENT, "/art/1.html", {PageKind.NOTICE}),
    ("regulation", REGULATION, "/art/2.html", {PageKind.POLICY}),
    ("news", NEWS, "/art/3.html", {PageKind.NEWS}),
    ("interpretation", INTERPRETATION, "/art/4.html", {PageKind.POLICY}),
    ("fee list", FEES, "/art/5.html", {PageKind.POLICY, PageKind.LIST, PageKind.OTHER, PageKind.NOTICE}),
    ("consultation", CONSULTATION, "/art/6.html", {PageKind.NOTICE, PageKind.INTERACTION}),
    ("about", ABOUT, "/art/7.html", {PageKind.OTHER}),
    ("disclosure", DISCLOSURE, "/art/8.html", {PageKind.OTHER, PageKind.POLICY}),
    ("list of guides", GUIDE_LIST, "/bszn/index.html", {PageKind.LIST}),
    ("list by script", SCRIPT_LIST, "/items", {PageKind.LIST}),
    ("application form", APPLICATION, "/form", {PageKind.FORM}),
    ("zone", ZONE, "/kstb/", {PageKind.ZONE}),
    ("mailbox", MAILBOX, "/hdjl/szxx", {PageKind.INTERACTION}),
    ("questions", FAQ, "/cjwt/1.html", {PageKind.FAQ}),
    ("search results", SEARCH, "/search?q=x", {PageKind.SEARCH}),
]


@pytest.mark.parametrize(("html", "path", "kinds"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_other_pages_are_no_guides_and_have_their_kind(html: str, path: str, kinds: set[PageKind]) -> None:
    page = PageReading.of(html, f"http://www.example.gov.cn{path}")
    found = kind_of(url=f"http://www.example.gov.cn{path}", reading=page)
    assert page.guide is None, page.evidence.in_words()
    assert found.kind in kinds, found
    assert found.why


GUIDE = """<title>临时居民身份证办理-办事指南</title><table><tr><th>实施主体</th><td>市公安局</td><th>法定办结时限</th><td>3个工作日</td></tr>
<tr><th>申请材料</th><td>户口簿</td><th>收费标准</th><td>10元</td></tr></table>"""


def test_a_guide_is_a_guide_exactly_when_it_can_be_read() -> None:
    found = kind_of(html=GUIDE, url="http://zwfw.example.gov.cn/x")
    assert found.kind is PageKind.GUIDE
    assert "实施主体" in found.why
    assert read_guide(GUIDE, "http://zwfw.example.gov.cn/x") is not None


def test_the_home_address_is_home_whatever_it_shows() -> None:
    assert kind_of(html=GUIDE, url="http://zwfw.example.gov.cn/", depth=0).kind is PageKind.HOME


def test_a_page_of_which_only_the_text_is_known() -> None:
    text = "受理条件\n年满16周岁\n申请材料\n户口簿\n办理流程\n申请、受理、发证\n法定办结时限：3个工作日"
    assert kind_of(url="http://a.gov.cn/#/x", title="身份证办理", text=text).kind is PageKind.GUIDE


def test_why_a_page_is_nothing_in_particular_is_told() -> None:
    found = kind_of(html="<title>关于我们</title><p>欢迎</p>", url="http://a.gov.cn/x")
    assert found.kind is PageKind.OTHER
    assert "weighs" in found.why
