"""What a chatbot's reply is: answered, fallback, off topic, handed over, or silent.

- *silent*: nothing came (`no_reply`), only the question came back (`echo`), or a back end's error text
  (`backend_error`). These alone are failures: no reply worth the name came.
- *fallback*: it says that it did not understand, found nothing or is still learning; or the greeting or the
  menu came again.
- *handed_over*: it passes the asker on to a human, or says that none is there.
- *off_topic*: it is about another matter, or about nothing that was asked.
- *answered*: it is about the matter asked, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.replies.appeared import Appeared, squeezed
from checks.replies.facts import Asked
from checks.replies.materials import mentioned_materials
from checks.replies.numbers import amounts, durations, plain, says_free, telephones
from checks.replies.places import places
from results.records import Reason, Verdict

_NOT_UNDERSTOOD = re.compile(
    r"(?:没有?|未能?|不太?|不能|无法|暂?不)(?:太|能|够|完全|正确|准确)?(?:理解|明白|听懂|看懂|识别|get|懂)"
    r"|(?:没有?|未能?|无法|暂未|尚未|暂时没有?|暂无|没能)(?:能|够|为您|帮您|给您)?(?:查询|搜索|检索|查找|匹配|找|查|搜|收录|学习|学|检测|获取)(?:到|过|会)?.{0,24}(?:答案|内容|信息|结果|问题|事项|知识|资料|服务|数据|回答|记录|$)"
    r"|(?:没有?|暂?无|未)(?:相关|对应|合适|匹配|您想要|符合)的?(?:答案|内容|信息|结果|知识|问题|资料|事项)"
    r"|(?:无法|不能|不会|暂不支持|没法|难以)(?:直接|准确|为您)?(?:回答|解答|回复|作答|处理|提供)|答不(?:上来|了)|回答不了|不知道(?:怎么|如何|该)?(?:回答)?|我不会|不清楚"
    r"|(?:还在|正在|仍在|努力|继续)(?:不断|努力|继续)?(?:学习|成长)(?:中|哦|呢|呀)?|还没有?学(?:会|习)|没学过|超出(?:了)?(?:我的)?(?:知识|能力|服务|回答|理解)?(?:范围|库|能力)"
    r"|(?:换|用)(?:一)?(?:个|种|下)?(?:其他|别的|简单的?)?(?:问法|说法|方式(?:提问|描述|问)|关键[词字]|表达)|重新(?:描述|输入|提问|组织|表述)|再(?:说|问|描述|试)一?(?:遍|次|下)|(?:描述|说|问|提供)得?(?:更)?(?:具体|详细|清楚|明确)(?:一)?(?:些|点)?"
    r"|补充(?:更多)?(?:信息|细节|描述)|尝试(?:一下)?(?:其他|换)|没有相关|知识库(?:中)?(?:没有|暂无|未)"
    r"|(?:don'?t|do not|didn'?t|did not|can(?:no|')t|could(?:n'?t| not)|unable to|not sure (?:what|how|i)) ?(?:quite )?(?:understand|get|find|answer|help|know|follow|catch)|rephrase|no (?:answer|result)s? (?:was |were )?found|try (?:asking|again)",
    re.IGNORECASE,
)
_APOLOGY = re.compile(
    r"抱歉|对不起|不好意思|很遗憾|非常遗憾|哎呀|呃|sorry|apolog|oops|unfortunately", re.IGNORECASE
)
_GREETING = re.compile(
    r"^(?:(?:尊敬的)?(?:用户|市民|访客|朋友|客户)?[,，]?\s*)?(?:您|你)?好[^?？]{0,60}(?:我是|欢迎|很高兴|这里是).{0,60}(?:客服|助手|机器人|帮|服务|小[^\s]{1,3})"
    r"|(?:请问)?(?:有|您|需要)?(?:什么|哪些)(?:可以|能|问题|需要).{0,6}(?:帮|服务|咨询)|欢迎(?:使用|来到|咨询|访问)"
    r"|^(?:hi|hello|welcome)\b.{0,80}(?:help|assist|chat|bot)",
    re.IGNORECASE | re.DOTALL,
)
_HANDED = re.compile(
    r"(?:正在|已经?|即将|马上|现在|立即|将)(?:为您|帮您|给您)?(?:转接?|接入|连接|呼叫|安排|分配|联系)(?:到|至|入)?(?:了)?(?:在线)?(?:人工|客服|坐席|座席|专员|工作人员|专家)"
    r"|为您(?:转接?|接入|接通|连接|转至)(?:到|至)?(?:了)?(?:在线)?(?:人工|客服|坐席|座席|专员|工作人员)|转接中|转人工(?:中|成功|失败)|排队(?:中|人数|等[待候])|前面(?:还)?有\s*\d+\s*[人位]|您前面"
    r"|(?:人工|客服|坐席|座席)(?:客服|坐席|座席|人员|服务)?(?:目前|当前|暂时|均|都)?(?:不在线|已下班|忙|繁忙|离线|未上线|全忙|休息)|(?:非|不在)(?:人工)?(?:客服)?(?:服务|工作|上班)时间"
    r"|(?:工号|客服)\s*\d+\s*(?:号)?(?:为您|很高兴)|人工(?:客服|坐席|座席)?(?:已)?(?:接入|接通)|(?:transfer|connect|hand)(?:r?ing|ed)? (?:you )?(?:over )?to (?:a |an |our )?(?:human|agent|operator|representative)",
    re.IGNORECASE,
)
_BACK_END = re.compile(
    r"系统(?:异常|错误|繁忙|出错|故障|开小差|内部错误|维护|超时)|服务(?:器)?(?:异常|错误|繁忙|出错|故障|不可用|开小差|超时|忙|内部错误|暂不可用|器?响应超时)|(?:网络|接口|请求|连接|加载|调用|通信|数据|查询|发送|消息)(?:服务)?(?:异常|错误|失败|超时|出错|中断|断开)"
    r"|(?:出|发生|遇到)(?:现|了|生)?(?:一?些?|未知|内部)?(?:了)?(?:错误|异常|故障)(?!.{0,4}(?:信息|材料))|未知错误|(?:internal|server|network|gateway|unexpected|request|unknown) ?(?:server )?(?:error|failed|failure|timeout)|bad gateway|service unavailable|gateway time-?out|something went wrong|an error (?:has )?occurred"
    r"|(?:error|错误|异常)(?:码|代码| code)?\s*[:：]?\s*-?\d{3,5}|^\s*[45]\d\d\s*$|HTTP/?\S*\s*[45]\d\d|[45]\d\d (?:internal|bad|not found|service|gateway|forbidden)|exception|traceback|stack ?trace|nullpointer|undefined is not|\[object Object\]|^\s*(?:undefined|null|NaN|None|error|false)\s*$|failed to fetch"
    r"|\"(?:code|status|errno|errcode|error)\"\s*:\s*\"?-?(?:[45]\d\d|[1-9]\d*|error)",
    re.IGNORECASE | re.MULTILINE,
)
_CALL_A_HUMAN = re.compile(r"转人工|人工客服|人工服务|拨打.{0,12}(?:热线|电话)|12345")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict; a reason for the silent ones; and why, for the transcript."""

    verdict: Verdict
    reason: Reason | None = None
    why: str


def judge_reply(
    appeared: Appeared,
    *,
    asked: Asked,
    matter: str,
    other_matters: Iterable[str] = (),
    matched: int = 0,
) -> Judged:
    """Say what a reply is.

    Args:
        appeared: What came after the question.
        asked: What the question asked for.
        matter: The matter that the question named.
        other_matters: Names of the portal's other matters, by which a reply about another is known.
        matched: Facts of the guide that the reply states, a link to the guide included.
    """
    text = appeared.text
    if not text:
        if appeared.echoed:
            return Judged(verdict=Verdict.SILENT, reason=Reason.ECHO, why="only the question came back")
        why = "the bot stayed busy and said nothing" if appeared.typing else "nothing came"
        return Judged(verdict=Verdict.SILENT, reason=Reason.NO_REPLY, why=why)
    short = len(squeezed(text)) <= 80
    if matched == 0 and _BACK_END.search(text) and (short or _mostly_error(text)):
        return Judged(verdict=Verdict.SILENT, reason=Reason.BACKEND_ERROR, why="a back end's error text")
    if appeared.repeated:
        return Judged(verdict=Verdict.FALLBACK, why="the greeting or the menu was given again")
    about = _about(text, matter, other_matters)
    if matched == 0:
        head = "\n".join(text.splitlines()[:4])[:220]
        given_up = _NOT_UNDERSTOOD.search(head)
        if given_up and (_gives_up_first(text) or not (about and _states(text, asked))):
            return Judged(verdict=Verdict.FALLBACK, why=f"“{given_up[0][:30]}”")
        handed = _HANDED.search(text)
        if handed and not (about and _states(text, asked)):
            return Judged(verdict=Verdict.HANDED_OVER, why=f"“{handed[0][:30]}”")
        if _APOLOGY.search(head) and _CALL_A_HUMAN.search(text) and not _states(_without_lines(text), asked):
            return Judged(verdict=Verdict.FALLBACK, why="an apology that points to a human")
        if _GREETING.search(head) and not about and not _states(text, asked):
            return Judged(verdict=Verdict.FALLBACK, why="a greeting in reply")
    if about:
        return Judged(verdict=Verdict.ANSWERED, why="it names the matter asked about")
    other = _other_named(text, matter, other_matters)
    if other is not None:
        return Judged(verdict=Verdict.OFF_TOPIC, why=f"it is about “{other}”")
    if matched > 0:
        return Judged(verdict=Verdict.ANSWERED, why="it states what the guide states")
    if _states(text, asked):
        return Judged(verdict=Verdict.ANSWERED, why="it states something of the kind asked for")
    return Judged(verdict=Verdict.OFF_TOPIC, why="it says nothing of the matter or of what was asked for")


def _gives_up_first(text: str) -> bool:
    """Whether a reply begins with an apology for knowing nothing, whatever it offers thereafter."""
    first = " ".join(re.split(r"[。!！\n]", text)[:2])
    return _APOLOGY.search(first) is not None and _NOT_UNDERSTOOD.search(first) is not None


def _mostly_error(text: str) -> bool:
    return (len(text) <= 400 and not re.search(r"材料|办理|时限|工作日|窗口|收费", text)) or bool(
        re.match(r"\s*(?:\{|<|traceback|exception|error|http)", text, re.IGNORECASE)
    )


def _without_lines(text: str) -> str:
    """The text without the telephone lines that an apology refers to."""
    return re.sub(r"[^\n。；;]*(?:拨打|热线|转人工|人工)[^\n。；;]*", "", text)


def _states(text: str, asked: Asked) -> bool:
    """Whether a reply states anything of the kind that was asked for."""
    if asked is Asked.LIMIT:
        return bool(durations(text))
    if asked is Asked.FEE:
        return bool(amounts(text)) or says_free(text) or re.search(r"收费", text) is not None
    if asked is Asked.TELEPHONE:
        return bool(telephones(text))
    if asked is Asked.PLACE:
        return bool(places(text)) or re.search(r"窗口|大厅|中心|派出所|地址", text) is not None
    return bool(mentioned_materials(text))


_ACTIONS = re.compile(
    r"(?:的)?(?:申请|办理|申领|补领|换领|领取|补办|换发|补发|换证|登记|核发|审批|许可|备案|认定|确认|审核|查询|缴纳|变更|注销|延续|补换|首次|服务|业务|事项|指南|[(（][^()（）]*[)）])+$"
)


def core(matter: str) -> str:
    """What a matter is about, its action left out: 临时居民身份证办理 → 临时居民身份证."""
    bare = _ACTIONS.sub("", plain(matter).strip())
    bare = re.sub(r"^(?:办理|申请|申领|补办|换领|补领)", "", bare)
    return squeezed(bare if len(bare) >= 2 else matter)


_SYNONYMS = (
    ("居民身份证", "身份证"),
    ("社会保障卡", "社保卡"),
    ("不动产权证书", "不动产权证"),
    ("居民户口簿", "户口簿"),
    ("户口本", "户口簿"),
)


def _common(text: str) -> str:
    text = squeezed(text)
    for formal, common in _SYNONYMS:
        text = text.replace(formal, common)
    return text


def _masked(text: str, matter: str, others: Iterable[str]) -> str:
    """The reply with the names of other matters that hold this one's name taken out."""
    wanted = _common(core(matter))
    said = _common(text)
    longer = {_common(core(each)) for each in others} | {f"临时{wanted}"}
    for each in sorted(longer, key=len, reverse=True):
        if wanted in each and each != wanted:
            said = said.replace(each, "＊")
    return said


def _about(text: str, matter: str, others: Iterable[str]) -> bool:
    wanted = _common(core(matter))
    said = _masked(text, matter, others)
    if wanted in said:
        return True
    if len(wanted) < 6:
        return False
    # a long name is seldom repeated in full: most of its pairs of characters will do, in one sentence
    pairs = [wanted[at : at + 2] for at in range(len(wanted) - 1)]
    for sentence in re.split(r"[。！？!?\n]", text):
        plain_sentence = _masked(sentence, matter, others)
        if sum(each in plain_sentence for each in pairs) >= 0.8 * len(pairs):
            return True
    return False


def _other_named(text: str, matter: str, others: Iterable[str]) -> str | None:
    said, own = _common(text), _common(core(matter))
    found = [
        each
        for each in others
        if (name := _common(core(each))) != own
        # 身份证 alone is named as a material too: a short name counts with its action only
        and (name if len(name) >= 4 else _common(each)) in said
    ]
    return max(found, key=len) if found else None


def transcript_line(judged: Judged, notes: Sequence[str] = ()) -> str:
    """One line for the transcript: the verdict and what it rests on."""
    reason = f" ({judged.reason})" if judged.reason else ""
    facts = f"; {'; '.join(notes)}" if notes else ""
    return f"{judged.verdict}{reason}: {judged.why}{facts}"
