"""For every limit of LINE the largest legal message and the smallest illegal one."""

from typing import Any

from tests.faults.stubs.line_flex import BUBBLE_BYTES, CAROUSEL_BYTES, json_bytes

Json = dict[str, Any]
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
HTTPS = "https://example.jp/"


def text(words: str = "x", **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def quick(*actions: Json) -> Json:
    return text(quickReply={"items": [{"type": "action", "action": action} for action in actions]})


def quick_items(count: int) -> Json:
    return quick(*[say(f"{n}") for n in range(count)])


def say(label: str = "x", words: str = "x") -> Json:
    return {"type": "message", "label": label, "text": words}


def post(**fields: Any) -> Json:
    return {"type": "postback", "label": "x", "data": "d", **fields}


def uri(address: str, **more: Any) -> Json:
    return {"type": "uri", "label": "x", "uri": address, **more}


def template(template: Json, alt: str = "x") -> Json:
    return {"type": "template", "altText": alt, "template": template}


def buttons(count: int = 1, **more: Any) -> Json:
    return template({"type": "buttons", "text": "x", "actions": [say() for _ in range(count)], **more})


def confirm(count: int = 2, words: str = "x") -> Json:
    return template({"type": "confirm", "text": words, "actions": [say() for _ in range(count)]})


def column(actions: int = 1, **more: Any) -> Json:
    return {"text": "x", "actions": [say() for _ in range(actions)], **more}


def carousel(*columns: Json) -> Json:
    return template({"type": "carousel", "columns": list(columns)})


def pictures(count: int = 1, label: str = "x") -> Json:
    picture = {"imageUrl": HTTPS, "action": say(label)}
    return template({"type": "image_carousel", "columns": [picture] * count})


def flex(contents: Json, alt: str = "x") -> Json:
    return {"type": "flex", "altText": alt, "contents": contents}


def bubble(*contents: Json, **more: Any) -> Json:
    inside = list(contents) or [{"type": "text", "text": "x"}]
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": inside}, **more}


def card(*contents: Json) -> Json:
    return flex(bubble(*contents))


def bubbles(count: int) -> Json:
    return flex({"type": "carousel", "contents": [bubble()] * count})


def heavy(size: int) -> Json:
    return bubble({"type": "text", "text": "x" * (size - json_bytes(bubble({"type": "text", "text": ""})))})


def heavy_carousel(size: int) -> Json:
    light = {"type": "carousel", "contents": [heavy(25_000), heavy(200)]}
    rest = size - json_bytes(light) + 200
    return flex({"type": "carousel", "contents": [heavy(25_000), heavy(rest)]})


def place(**more: Any) -> Json:
    return {"type": "location", "title": "x", "address": "x", "latitude": 35.0, "longitude": 135.0, **more}


def image(address: str) -> Json:
    return {"type": "image", "originalContentUrl": address, "previewImageUrl": HTTPS}


# name: (largest legal, smallest illegal)
LIMITS: dict[str, tuple[Json, Json]] = {
    "text_units": (text("あ" * 5000), text("あ" * 5001)),
    "text_counts_astral_twice": (text("𠮷" * 2500), text("𠮷" * 2501)),
    "text_shortest": (text("x"), text("")),
    "text_with_something_to_see": (text(" x "), text(" \n\u3000")),
    "quick_reply_items": (quick_items(13), quick_items(14)),
    "quick_reply_at_least_one": (quick_items(1), quick_items(0)),
    "quick_reply_label": (quick(say("あ" * 20)), quick(say("あ" * 21))),
    "quick_reply_label_counts_graphemes": (quick(say(FAMILY * 20)), quick(say(FAMILY * 21))),
    "quick_reply_label_required": (quick(say("x")), quick({"type": "message", "text": "x"})),
    "quick_reply_label_not_empty": (quick(say("x")), quick(say(""))),
    "location_action_only_in_quick_replies": (
        quick({"type": "location", "label": "x"}),
        template({"type": "buttons", "text": "x", "actions": [{"type": "location", "label": "x"}]}),
    ),
    "camera_action_only_in_quick_replies": (
        quick({"type": "camera", "label": "x"}),
        card({"type": "button", "action": {"type": "camera", "label": "x"}}),
    ),
    "rich_menu_switch_never_in_quick_replies": (
        quick(say()),
        quick({"type": "richmenuswitch", "label": "x", "richMenuAliasId": "a", "data": "d"}),
    ),
    "postback_data": (quick(post(data="あ" * 300)), quick(post(data="あ" * 301))),
    "postback_data_not_empty": (quick(post(data="d")), quick(post(data=""))),
    "postback_display_text": (quick(post(displayText="あ" * 300)), quick(post(displayText="あ" * 301))),
    "postback_text_or_display_text": (quick(post(text="x")), quick(post(text="x", displayText="x"))),
    "postback_fill_in_text": (
        quick(post(inputOption="openKeyboard", fillInText="あ" * 300)),
        quick(post(inputOption="openKeyboard", fillInText="あ" * 301)),
    ),
    "postback_input_option": (quick(post(inputOption="openVoice")), quick(post(inputOption="openDoor"))),
    "message_action_text": (quick(say(words="あ" * 300)), quick(say(words="あ" * 301))),
    "uri_length": (quick(uri(HTTPS + "x" * (1000 - len(HTTPS)))), quick(uri(HTTPS + "x" * (1001 - len(HTTPS))))),
    "uri_http": (quick(uri("http://example.jp/")), quick(uri("ftp://example.jp/"))),
    "uri_telephone": (quick(uri("tel:0990001234")), quick(uri("sms:0990001234"))),
    "uri_line": (quick(uri("line://nv/location")), quick(uri("javascript:alert(1)"))),
    "uri_percent_encoded": (quick(uri(HTTPS + "%E5%9B%B0")), quick(uri(HTTPS + "困"))),
    "uri_percent_complete": (quick(uri(HTTPS + "%20")), quick(uri(HTTPS + "%2"))),
    "uri_without_blank": (quick(uri(HTTPS + "a+b")), quick(uri(HTTPS + "a b"))),
    "uri_with_host": (quick(uri(HTTPS)), quick(uri("https:///x"))),
    "uri_desktop": (quick(uri(HTTPS, altUri={"desktop": HTTPS})), quick(uri(HTTPS, altUri={"mobile": HTTPS}))),
    "clipboard_text": (
        quick({"type": "clipboard", "label": "x", "clipboardText": "あ" * 1000}),
        quick({"type": "clipboard", "label": "x", "clipboardText": "あ" * 1001}),
    ),
    "datetimepicker_data": (
        quick({"type": "datetimepicker", "label": "x", "mode": "date", "data": "d" * 300}),
        quick({"type": "datetimepicker", "label": "x", "mode": "date", "data": "d" * 301}),
    ),
    "datetimepicker_mode": (
        quick({"type": "datetimepicker", "label": "x", "mode": "time", "data": "d"}),
        quick({"type": "datetimepicker", "label": "x", "mode": "year", "data": "d"}),
    ),
    "action_type_known": (quick(say()), quick({"type": "teleport", "label": "x"})),
    "location_title": (place(title="あ" * 100), place(title="あ" * 101)),
    "location_address": (place(address="あ" * 100), place(address="あ" * 101)),
    "location_title_required": (place(title="x"), place(title=None)),
    "location_latitude": (place(latitude=90), place(latitude=90.1)),
    "location_longitude": (place(longitude=-180), place(longitude=-180.1)),
    "image_https": (image(HTTPS), image("http://example.jp/")),
    "image_url_length": (image(HTTPS + "x" * (2000 - len(HTTPS))), image(HTTPS + "x" * (2001 - len(HTTPS)))),
    "sender_name": (text(sender={"name": "あ" * 20}), text(sender={"name": "あ" * 21})),
    "sender_icon_https": (text(sender={"iconUrl": HTTPS}), text(sender={"iconUrl": "http://example.jp/"})),
    "emoji_fields": (
        text("$", emojis=[{"index": 0, "productId": "p", "emojiId": "e"}]),
        text("$", emojis=[{"index": 0}]),
    ),
    "sticker_digits": (
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "sticker", "packageId": "446", "stickerId": "smile"},
    ),
    "template_alt_text": (
        template({"type": "confirm", "text": "x", "actions": [say()] * 2}, "あ" * 1500),
        template({"type": "confirm", "text": "x", "actions": [say()] * 2}, "あ" * 1501),
    ),
    "template_alt_text_required": (
        template({"type": "confirm", "text": "x", "actions": [say()] * 2}, "x"),
        template({"type": "confirm", "text": "x", "actions": [say()] * 2}, ""),
    ),
    "template_type_known": (buttons(), template({"type": "wheel", "text": "x", "actions": [say()]})),
    "buttons_text": (buttons(text="あ" * 160), buttons(text="あ" * 161)),
    "buttons_text_beside_title": (buttons(title="x", text="あ" * 60), buttons(title="x", text="あ" * 61)),
    "buttons_text_beside_image": (
        buttons(thumbnailImageUrl=HTTPS, text="あ" * 60),
        buttons(thumbnailImageUrl=HTTPS, text="あ" * 61),
    ),
    "buttons_title": (buttons(title="あ" * 40), buttons(title="あ" * 41)),
    "buttons_actions": (buttons(4), buttons(5)),
    "buttons_label": (
        template({"type": "buttons", "text": "x", "actions": [say("あ" * 20)]}),
        template({"type": "buttons", "text": "x", "actions": [say("あ" * 21)]}),
    ),
    "confirm_text": (confirm(words="あ" * 240), confirm(words="あ" * 241)),
    "confirm_not_three_actions": (confirm(2), confirm(3)),
    "confirm_not_one_action": (confirm(2), confirm(1)),
    "carousel_columns": (carousel(*[column()] * 10), carousel(*[column()] * 11)),
    "carousel_text": (carousel(column(text="あ" * 120)), carousel(column(text="あ" * 121))),
    "carousel_text_beside_title": (
        carousel(column(title="x", text="あ" * 60)),
        carousel(column(title="x", text="あ" * 61)),
    ),
    "carousel_actions": (carousel(column(3)), carousel(column(4))),
    "carousel_same_actions": (carousel(column(2), column(2)), carousel(column(2), column(1))),
    "carousel_same_titles": (carousel(column(title="x"), column(title="x")), carousel(column(title="x"), column())),
    "image_carousel_columns": (pictures(10), pictures(11)),
    "image_carousel_label": (pictures(1, "あ" * 12), pictures(1, "あ" * 13)),
    "flex_alt_text": (flex(bubble(), "あ" * 1500), flex(bubble(), "あ" * 1501)),
    "flex_alt_text_required": (flex(bubble()), {"type": "flex", "contents": bubble()}),
    "flex_bubbles": (bubbles(12), bubbles(13)),
    "flex_at_least_one_bubble": (bubbles(1), bubbles(0)),
    "flex_bubble_bytes": (flex(heavy(BUBBLE_BYTES)), flex(heavy(BUBBLE_BYTES + 1))),
    "flex_carousel_bytes": (heavy_carousel(CAROUSEL_BYTES), heavy_carousel(CAROUSEL_BYTES + 1)),
    "flex_container_known": (flex(bubble()), flex({"type": "balloon", "body": bubble()["body"]})),
    "flex_bubble_not_empty": (flex(bubble()), flex({"type": "bubble"})),
    "flex_bubble_size": (flex(bubble(size="giga")), flex(bubble(size="huge"))),
    "flex_text_not_empty": (card({"type": "text", "text": "x"}), card({"type": "text", "text": ""})),
    "flex_text_or_spans": (
        card({"type": "text", "contents": [{"type": "span", "text": "x"}]}),
        card({"type": "text", "wrap": True}),
    ),
    "flex_spans_only_in_texts": (
        card({"type": "text", "contents": [{"type": "span", "text": "x"}]}),
        card({"type": "span", "text": "x"}),
    ),
    "flex_button_label": (
        card({"type": "button", "action": say("あ" * 40)}),
        card({"type": "button", "action": say("あ" * 41)}),
    ),
    "flex_button_needs_label": (
        card({"type": "button", "action": say()}),
        card({"type": "button", "action": {"type": "message", "text": "x"}}),
    ),
    "flex_button_needs_action": (card({"type": "button", "action": say()}), card({"type": "button"})),
    "flex_button_style": (
        card({"type": "button", "action": say(), "style": "primary"}),
        card({"type": "button", "action": say(), "style": "loud"}),
    ),
    "flex_colour": (
        card({"type": "text", "text": "x", "color": "#1a1a1aff"}),
        card({"type": "text", "text": "x", "color": "red"}),
    ),
    "flex_text_size": (
        card({"type": "text", "text": "x", "size": "5xl"}),
        card({"type": "text", "text": "x", "size": "large"}),
    ),
    "flex_margin": (
        card({"type": "text", "text": "x", "margin": "12px"}),
        card({"type": "text", "text": "x", "margin": "12"}),
    ),
    "flex_image_https": (card({"type": "image", "url": HTTPS}), card({"type": "image", "url": "http://example.jp/"})),
    "flex_layout": (
        card({"type": "box", "layout": "baseline", "contents": [{"type": "text", "text": "x"}]}),
        card({"type": "box", "layout": "diagonal", "contents": [{"type": "text", "text": "x"}]}),
    ),
    "flex_no_button_in_baseline": (
        card({"type": "box", "layout": "horizontal", "contents": [{"type": "button", "action": say()}]}),
        card({"type": "box", "layout": "baseline", "contents": [{"type": "button", "action": say()}]}),
    ),
    "flex_hero_not_text": (
        flex(bubble(hero={"type": "image", "url": HTTPS})),
        flex(bubble(hero={"type": "text", "text": "x"})),
    ),
    "flex_component_known": (card({"type": "filler"}), card({"type": "spacer"})),
    "flex_uri_schemes": (
        card({"type": "button", "action": uri("tel:119")}),
        card({"type": "button", "action": uri("mailto:a@example.jp")}),
    ),
    "message_type_known": (text(), {"type": "hologram", "text": "x"}),
    "message_type_present": (text(), {"text": "x"}),
    "no_unknown_property": (text(), text(colour="red")),
    "no_unknown_property_in_actions": (quick(say()), quick({**say(), "colour": "red"})),
    "no_unknown_property_in_cards": (
        card({"type": "text", "text": "x"}),
        card({"type": "text", "text": "x", "bold": True}),
    ),
    "text_is_a_string": (text("5"), text(5)),  # type: ignore[arg-type]
    "no_nul": (text("x"), text("x\0")),
}  # fmt: skip
