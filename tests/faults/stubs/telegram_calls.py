"""What each call of the Bot API checks and does."""

import re
import time
from typing import Any

from aiohttp import web

from tests.faults.stubs.counting import utf16_length
from tests.faults.stubs.recorder import Recorder
from tests.faults.stubs.telegram_bot import Chat, TelegramBot
from tests.faults.stubs.telegram_markup import check_inline, check_markup
from tests.faults.stubs.telegram_methods import ACTIONS, BadRequest
from tests.faults.stubs.telegram_text import check_entities, visible_text

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
LARGEST_FILE = 20 * 1024 * 1024
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class TelegramCalls:
    """The checks before a call and its effect afterwards; the server around it adds faults."""

    record: Recorder
    callback_life: float

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.poller: dict[str, object | None] = {}
        self.actions: list[tuple[int, float]] = []
        self.answers: list[tuple[str, str]] = []

    # -- before: may it be done? -----------------------------------------------------------------------------------

    def check(self, bot: TelegramBot, method: str, fields: dict[str, Any], chat: Chat | None) -> None:
        """Raises BadRequest with the platform's words when the call may not be carried out."""
        if "chat_id" in fields:
            self._reachable(bot, chat)
        if "text" in fields and method != "answerCallbackQuery":
            shown = visible_text(fields["text"], fields.get("parse_mode"))
            if "entities" in fields:
                check_entities(fields["entities"], shown)
        if "latitude" in fields and not (-90 <= fields["latitude"] <= 90 and -180 <= fields["longitude"] <= 180):
            raise BadRequest("wrong location", "invalid_location")
        match method:
            case "editMessageText" | "editMessageReplyMarkup":
                self._editable(bot, method, fields)
            case "deleteMessage":
                if (fields["chat_id"], fields["message_id"]) not in bot.messages:
                    raise BadRequest("message to delete not found", "unknown_message")
            case "answerCallbackQuery":
                self._answerable(bot, fields)
            case "sendChatAction":
                self._actable(fields, chat)
            case "setWebhook":
                self._webhook_allowed(bot, fields)
            case "getFile":
                self._fetchable(bot, fields["file_id"])
            case _:
                if "reply_markup" in fields:
                    check_markup(fields["reply_markup"], private=chat is not None and chat.type == "private")

    def _reachable(self, bot: TelegramBot, chat: Chat | None) -> None:
        if chat is None:
            raise BadRequest("chat not found", "unknown_recipient")
        rule = "sent_after_block" if chat.told_gone else ""
        if chat.deactivated or chat.blocked:
            chat.told_gone = True
            if chat.type != "private":
                raise BadRequest("Forbidden: bot was kicked from the group chat", rule, 403)
            who = "user is deactivated" if chat.deactivated else "bot was blocked by the user"
            raise BadRequest(f"Forbidden: {who}", rule, 403)
        if chat.id in bot.left:
            raise BadRequest("Forbidden: bot is not a member of the group chat", "sent_after_leaving", 403)
        if chat.migrated_to is not None:
            rule = "sent_after_migration" if chat.told_gone else ""
            chat.told_gone = True
            parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise BadRequest("group chat was upgraded to a supergroup chat", rule, 400, parameters)

    def _fetchable(self, bot: TelegramBot, file_id: str) -> None:
        if file_id not in bot.files:
            told = file_id in bot.delivered_files
            raise BadRequest("wrong file_id or the file is temporarily unavailable", "" if told else "unknown_file")
        if len(bot.files[file_id][1]) > LARGEST_FILE:
            raise BadRequest("file is too big", "")

    def _editable(self, bot: TelegramBot, method: str, fields: dict[str, Any]) -> None:
        if "reply_markup" in fields:
            check_inline(fields["reply_markup"])
        if method == "editMessageText" and "text" not in fields:
            raise BadRequest("message text is empty", "text_empty")
        old = bot.messages.get((fields.get("chat_id", 0), fields.get("message_id", 0)))
        if old is None:
            raise BadRequest("message to edit not found", "unknown_message")
        new_text = fields.get("text", old.get("text"))
        if (new_text, fields.get("reply_markup")) == (old.get("text"), old.get("reply_markup")):
            raise BadRequest(UNCHANGED, "edit_changes_nothing")

    def _answerable(self, bot: TelegramBot, fields: dict[str, Any]) -> None:
        if utf16_length(fields.get("text", "")) > 200:
            raise BadRequest("MESSAGE_TOO_LONG", "answer_too_long")
        callback = bot.callbacks.get(fields["callback_query_id"])
        if callback is None:
            raise BadRequest(TOO_OLD, "unknown_callback")
        if time.monotonic() - callback.pressed > self.callback_life:
            # Late after an outage is nobody's fault; the refusal is all that happens.
            raise BadRequest(TOO_OLD, "")
        if callback.answered:
            raise BadRequest(TOO_OLD, "callback_answered_twice")

    def _actable(self, fields: dict[str, Any], chat: Chat | None) -> None:
        if fields["action"] not in ACTIONS:
            raise BadRequest("wrong parameter action in request", "unknown_action")
        if chat is not None and time.monotonic() - chat.acted_at < 4:
            self.record.violate("chat_action_too_often", "", recipient=str(chat.id))

    def _webhook_allowed(self, bot: TelegramBot, fields: dict[str, Any]) -> None:
        if not fields["url"].startswith("https://"):
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook", "webhook_without_https")
        secret = fields.get("secret_token")
        if secret is None:
            self.record.violate("webhook_without_secret", "", account=bot.name)
        elif not _SECRET.fullmatch(secret):
            raise BadRequest("secret token contains unallowed characters", "webhook_secret")
        if "allowed_updates" not in fields:
            self.record.violate("webhook_without_allowed_updates", "", account=bot.name)
        if not 1 <= fields.get("max_connections", 40) <= 100:
            raise BadRequest("max_connections must be between 1 and 100", "webhook_connections")

    # -- afterwards: it is done ------------------------------------------------------------------------------------

    def perform(self, bot: TelegramBot, method: str, fields: dict[str, Any], chat: Chat | None) -> Any:
        """Carry out a checked call and return its result."""
        match method:
            case "getMe":
                return {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username,
                        "can_join_groups": False, "can_read_all_group_messages": False,
                        "supports_inline_queries": False}  # fmt: skip
            case "sendMessage" | "sendLocation" | "sendVenue":
                return self._message(bot, fields)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edited(bot, fields)
            case "deleteMessage":
                del bot.messages[(fields["chat_id"], fields["message_id"])]
            case "answerCallbackQuery":
                bot.callbacks[fields["callback_query_id"]].answered = True
                self.answers.append((fields["callback_query_id"], fields.get("text", "")))
            case "sendChatAction":
                if chat is not None:
                    chat.acted_at = time.monotonic()
                self.actions.append((fields["chat_id"], time.time()))
            case "leaveChat":
                bot.left.append(fields["chat_id"])
            case "setWebhook":
                bot.webhook = dict(fields)
                self._drop(bot, fields)
            case "deleteWebhook":
                bot.webhook = {}
                self._drop(bot, fields)
            case "getWebhookInfo":
                return {"url": bot.webhook.get("url", ""), "has_custom_certificate": False,
                        "pending_update_count": len(bot.pending)}  # fmt: skip
            case "getFile":
                path, data = bot.files[fields["file_id"]]
                return {"file_id": fields["file_id"], "file_unique_id": "u", "file_size": len(data), "file_path": path}
            case "setMyCommands":
                bot.commands = fields["commands"]
        return True

    def _drop(self, bot: TelegramBot, fields: dict[str, Any]) -> None:
        if fields.get("drop_pending_updates"):
            self.record.violate("dropped_pending_updates", "", account=bot.name)
            bot.pending.clear()

    def _message(self, bot: TelegramBot, fields: dict[str, Any]) -> dict[str, Any]:
        bot.next_message += 1
        kept = {k: v for k, v in fields.items() if k in ("text", "reply_markup")}
        bot.messages[(fields["chat_id"], bot.next_message)] = kept
        return self._shown(bot, fields["chat_id"], bot.next_message, fields)

    def _edited(self, bot: TelegramBot, fields: dict[str, Any]) -> dict[str, Any]:
        kept = bot.messages[(fields["chat_id"], fields["message_id"])]
        kept["text"] = fields.get("text", kept.get("text"))
        kept["reply_markup"] = fields.get("reply_markup")
        shown = self._shown(bot, fields["chat_id"], fields["message_id"], kept)
        return {**shown, "edit_date": int(time.time())}

    @staticmethod
    def _shown(bot: TelegramBot, chat_id: int, message_id: int, fields: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "message_id": message_id,
            "from": {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username},
            "chat": {"id": chat_id, "type": bot.chats[chat_id].type, "first_name": "花子"},
            "date": int(time.time()),
        }
        if fields.get("text") is not None:
            shown["text"] = fields["text"]
        if "latitude" in fields:
            shown["location"] = {"latitude": fields["latitude"], "longitude": fields["longitude"]}
        return shown


def envelope(result: Any) -> web.Response:
    """A good answer."""
    return web.json_response({"ok": True, "result": result})


def refusal(wrong: BadRequest) -> web.Response:
    """A refusal as Telegram words it."""
    prefix = "Bad Request: " if wrong.code == 400 else ""
    body: dict[str, Any] = {"ok": False, "error_code": wrong.code, "description": prefix + wrong.description}
    if wrong.parameters:
        body["parameters"] = wrong.parameters
    return web.json_response(body, status=wrong.code)
