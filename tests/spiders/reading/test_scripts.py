"""What a click would open is read where it stands plainly, and not guessed where it does not."""

from __future__ import annotations

import pytest

from spiders.reading.scripts import Call, body_of, call_of, literal_address, resolve_call, submits_form


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("window.open('/a.doc')", "/a.doc"),
        ('window.open("/a.doc","_blank");return false', "/a.doc"),
        ("location.href='/a?x=1';", "/a?x=1"),
        ("javascript:window.location='/a'", "/a"),
        ("window.open('/a?id=' + id)", None),
        ("location.href='/a?id='+id", None),
        ("downFile('1')", None),
    ],
)
def test_literal_addresses(code: str, address: str | None) -> None:
    assert literal_address(code) == address


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("downFile('a','b (1).doc')", Call("downFile", ("a", "b (1).doc"))),
        ('return Guide.attach.down("x", 3, this)', Call("down", ("x", "3", ""))),
        ("down()", Call("down", ())),
        ("down('')", Call("down", ("",))),
        ("void(0)", None),
        ("a=1", None),
        ("", None),
    ],
)
def test_calls(code: str, call: Call | None) -> None:
    assert call_of(code) == call


@pytest.mark.parametrize(
    ("script", "address"),
    [
        ("function d(id){window.open('/f?id='+id)}", "/f?id=9"),
        ("function d(id) {\n var base = '/f/';\n location.href = base + id;\n}", "/f/9"),
        ('var d = function (id) { window.open("/f/" + id + ".doc", \'_blank\'); }', "/f/9.doc"),
        ("const d = id => { window.open(`/f/${id}`) }", "/f/9"),
        ("function d(id){window.open(ctx+'/f?id='+id)}", None),
        ("function d(id){ $.post('/api',{id:id},function(r){window.open(r.data)}) }", None),
        ("function other(id){window.open('/f?id='+id)}", None),
    ],
)
def test_functions(script: str, address: str | None) -> None:
    call = Call("d", ("9",))
    body = body_of("d", [script])
    assert (resolve_call(call, body) if body else None) == address


def test_forms_are_seen() -> None:
    body = body_of("d", ["function d(id){ document.forms[0].submit(); }"])
    assert body is not None
    assert submits_form(body)
    assert not submits_form("window.open('/submitted')")
