"""Links that do something when they are merely followed: a praise counted, an entry deleted, a session ended.

A GET should change nothing, and on most portals a page lies behind it; old ones praise and delete by a link all the
same. Told narrowly, by the last name of the address or by the whole of the words: nothing that a visitor reads lies
behind these, while the pages of 投诉, 预约, 评价 are there to be opened.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_DOES: Final = "add|save|do|insert|submit|update|cancel|up"
_LIKES: Final = "(?:un|dis)?likes?|d?zan|dianzan|praises?|thumbs?[-_]?up|digg|upvote"
_ENDS: Final = "log[-_]?out|sign[-_]?out|login[-_]?out|tuichu|qiandao|sign[-_]?in[-_]?today"
_KEPT: Final = "collect(?:ion)?|favou?rites?|follow|subscri(?:be|ption)|vote"
"""What is kept or counted; the addresses of 投诉, 留言, 预约 are those of pages to write on."""
ACTING_ADDRESS: Final = re.compile(
    rf"/(?:(?:{_DOES})[-_]?)?(?:{_LIKES})(?:[-_]?(?:{_DOES}|count|num))?(?:\.(?:do|action|jsp|php|aspx?|ashx|json))?$"
    rf"|/(?:{_ENDS})(?:\.\w+)?$"
    rf"|/(?:{_DOES})[-_]?(?:{_KEPT})(?:\.\w+)?$|/(?:{_KEPT})[-_]?(?:add|save|insert|submit|cancel)(?:\.\w+)?$"
    r"|/(?:delete|remove|del)(?:[-_]?(?:by[-_]?id|item|file|record|one|all|my\w*))?(?:\.(?:do|action|jsp|php|aspx?|ashx|json))?$",
    re.IGNORECASE,
)
"""The path of an address that acts. JavaScript reads it alike."""
_WORDS: Final = re.compile(
    r"(?:取消)?(?:点赞|赞|踩|顶|投票|收藏|关注)(?:一下|它|TA)?[(（]?\d*[)）]?|(?:删除|移除|清空|撤回|签到)(?:该|本)?(?:附件|文件|材料|评论|留言|记录)?"
    r"|加入收藏|[+＋]关注|(?:安全)?退出(?:登录|系统)?|注销登录|撤[回销](?:申请|投诉|咨询)|取消(?:预约|订阅|申请)"
)


def acts_when_followed(url: str, words: str = "") -> bool:
    """Whether following a link does something to the portal.

    Args:
        url: Where it leads.
        words: What it says.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    return ACTING_ADDRESS.search(path) is not None or _WORDS.fullmatch("".join(words.split())) is not None
