"""When something does not work: what happened, what was kept, and what to do, in plain Japanese."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Environment
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from resources.web.console import FormTooLarge, NoSuchPage

_WORDS: dict[str, dict[str, str]] = {
    "missing": {
        "title": "このページは見つかりません",
        "happened": "住所（URL）が違うか、あなたの所属では見られないものです。",
        "kept": "記録は何も変わっていません。",
        "do": "一覧に戻って、もう一度選んでください。",
    },
    "forbidden": {
        "title": "この画面を開く権限がありません",
        "happened": "あなたの役割では、この画面は使えません。",
        "kept": "記録は何も変わっていません。",
        "do": "必要な場合は、管理者に役割の追加を頼んでください。",
    },
    "foreign": {
        "title": "受け取れませんでした",
        "happened": "この操作は、Uketomeの画面以外から送られました。安全のため受け取りません。",
        "kept": "記録は何も変わっていません。",
        "do": "Uketomeの画面を開き直して、そこから操作してください。",
    },
    "stale_door": {
        "title": "画面が古くなりました",
        "happened": "この画面を開いてから時間がたったか、ブラウザがクッキーを受け取っていません。",
        "kept": "サインインはまだ行われていません。",
        "do": "前の画面に戻り、読み込み直してから、もう一度お試しください。",
    },
    "refused": {
        "title": "入力を受け取れませんでした",
        "happened": "送られた内容が大きすぎるか、扱えない形式です。",
        "kept": "記録は何も変わっていません。",
        "do": "ブラウザの「戻る」で入力に戻り、短く分けて送ってください。",
    },
    "slow": {
        "title": "入力が届きませんでした",
        "happened": "送っている途中で、通信が止まりました。",
        "kept": "この操作は記録されていません。",
        "do": "ブラウザの「戻る」で入力に戻り、もう一度送ってください。",
    },
    "busy": {
        "title": "いま、記録できませんでした",
        "happened": "データベースが混み合っているか、止まっています。",
        "kept": "この操作は記録されていません。これまでの記録は残っています。",
        "do": "ブラウザの「戻る」で入力に戻り、1分ほど待って、もう一度お試しください。続くときは管理者に知らせてください。",
    },
    "broken": {
        "title": "画面を作れませんでした",
        "happened": "プログラムの中で思わぬことが起きました。",
        "kept": "この操作は取り消されました。これまでの記録は残っています。",
        "do": "もう一度お試しください。続くときは、時刻を添えて管理者に知らせてください。",
    },
}


def words(kind: str) -> dict[str, str]:
    """Return the sentences of one kind of failure."""
    return _WORDS[kind]


def page(environment: Environment, kind: str, status: int) -> Response:
    """Render a page about a failure, without anything about a person."""
    rendered = environment.get_template("error.html").render(actor=None, visit=None, **_WORDS[kind])
    return HTMLResponse(rendered, status)


def install(app: Starlette, environment: Environment) -> None:
    """Answer failures with a page where a page was asked for, and shortly everywhere else."""

    def answer(kind: str, status: int) -> Callable[[Request, Exception], Response]:
        def handler(request: Request, error: Exception) -> Response:
            if "text/html" in request.headers.get("accept", ""):
                return page(environment, kind, status)
            return JSONResponse({"detail": kind}, status)

        return handler

    app.add_exception_handler(404, answer("missing", 404))
    app.add_exception_handler(405, answer("missing", 405))
    app.add_exception_handler(NoSuchPage, answer("missing", 404))
    app.add_exception_handler(FormTooLarge, answer("refused", 413))
    app.add_exception_handler(TimeoutError, answer("slow", 408))
    # Nobody is there any more to be told anything.
    app.add_exception_handler(ClientDisconnect, answer("slow", 408))
    for busy in (OperationalError, NoConnectionFree):
        app.add_exception_handler(busy, answer("busy", 503))
    app.add_exception_handler(Exception, answer("broken", 500))
