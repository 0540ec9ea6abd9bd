"""What people have typed into templates and formulas to get out of them, or to make them hang."""

from __future__ import annotations

__all__ = ["PAYLOADS"]

_CODE = (
    *(
        "7*7",
        "''.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "__import__('os')",
        "self",
    ),
    *("__import__('os').system('id')", "open('/etc/passwd').read()", "eval('1')", "exec('x=1')"),
    *("globals()", "locals()", "vars()", "dir()", "().__class__.__bases__[0]", "getattr('', 'x')"),
    *("config.items()", "request.application.__globals__", "cycler.__init__.__globals__.os"),
    *("lipsum.__globals__['os'].popen('id').read()", "url_for.__globals__", "namespace.__init__"),
    *("joiner.__init__.__globals__.os.popen('id')", "''|attr('__class__')", "range(10**9)"),
    *("T(java.lang.Runtime).getRuntime().exec('id')", "#this.getClass().forName('x')", "@a@b()"),
    *("new java.util.Scanner(x)", "constructor.constructor('return 1')()", "process.env", "this"),
    *("require('child_process').exec('id')", "${env:HOME}", "file:///etc/passwd", "&xxe;", "$0"),
)
_FRAMES = ("{{%s}}", "${%s}", "<%%= %s %%>", "#{%s}", "%s", "{%% print(%s) %%}", "*{%s}")
_DEFECTS = (
    *("lambda: 1", "[x for x in a]", "{x: 1}", "a[0]", "a.b.__globals__", "a.__class__", "a := 1"),
    *("a if b else c", "print(1)", "import os", "def f(): pass", "yield", "await a", "*a", "**a"),
    *("f'{a}'", "b'x'", "'%s' % a", "'{0.__class__}'.format(a)", "a; b", "a\nb", "a # b", "\\x41"),
    *("...", "`id`", "$(id)", "a@b", "a->b", "!a", "~a", "a << 1", "a >> 1", "a ^ b", "a // b"),
    *("a is b", "a in b", "not not", "None.x", "True.real", "0x10", "1_000", "1j", "1e9999", "NaN"),
    *("Name = 'x' OR Name != ''; DELETE", "x' OR 'a'='a", "1 UNION SELECT 2", "/**/", "--", "\0"),
    *("\u202e", "\ufeff1", "ａ.ｂ", "_\u0332_class__", "__ｃlass__", "a\u2028b", "\ud800", "💥"),
)
_BOMBS = (
    *("9**9**9", "9^9^9", "10**1000", "(" * 5000, ")" * 5000, "(" * 500 + "1" + ")" * 500),
    *("+".join(["a"] * 5000), "-" * 3000 + "1", "NOT " * 400 + "a", "'" + "a" * 100_000 + "'"),
    *("a" * 100_000, "1" * 100_000, "1" + "0" * 1900, "a" + " " * 100_000, "'a" * 1000, '"' * 999),
    *("IF(a," * 300 + "1" + ")" * 300, "CASE(" + "a,1," * 450 + "0)", "MAX(" + "1," * 900 + "1)"),
    *("&".join(["'" + "x" * 30 + "'"] * 55), "AND(" * 39 + "a" + ")" * 39, "1/0", "0/0", "-1/0"),
    *("'x' * 999999999", "'x' & 1" * 200, "9999999999 * " * 120 + "1", "LEN('" + "é" * 1900 + "')"),
    *("(a)" * 600, "a = " * 500 + "a", "a AND " * 330 + "a", "a = 1 OR " * 200 + "b", "{" * 2000),
)
PAYLOADS = tuple(
    dict.fromkeys([*(frame % code for code in _CODE for frame in _FRAMES), *_DEFECTS, *_BOMBS])
)
"""More than 200."""
