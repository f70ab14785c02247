"""Puts what is said in dialect into the standard words the rules know; only endings that change a meaning are touched."""

from __future__ import annotations

import re

_SPOKEN = (
    # Being gone and not being: おらんようになった, おらへん, 開いてへん, 帰ってこねえ.
    (re.compile("お(?:らん|らへん|れへん|らね)(?:く|よう ?に|ごと)(?=な)"), "いなく"),
    (re.compile("お(?:らん|らへん|れへん)"), "いない"),
    (re.compile("(?<=[てで])へん"), "いない"),
    (re.compile("(?<=[てで])ね[えぇ](?=$|[。、\n!?])"), "いない"),
    (re.compile("(?<=[かがさただなばまらわえけげせぜねべめれこ])ね[えぇ]"), "ない"),
    # Wishing and not wishing: 死にとうなった, 生きとうない, 生きたない.
    (re.compile("(?<=[いきしちにみりえけれ])とう(?=な[いかるっんり])"), "たく"),
    (re.compile("(?<=[死し]に|消え|きえ|生き|いき)た(?=な[いるっん])"), "たく"),
    (re.compile("(?<=に)だぐ"), "たく"),
    (re.compile("(?<=に)とうて"), "たくて"),
    (re.compile("(?<=[死し逝生]にた|[死し逝い]きた)か(?=ばい|と|け|よ|です|$|[。、\n])"), "い"),
    (re.compile("(?<!お)はよ[うー]?(?=[^うー、。\n ])|早う"), "早く"),
    # Having done what one should not: 叩いてもうた, 死んでまいたい.
    (re.compile("(?<=[てで])もうた"), "しまった"),
    (re.compile("(?<=[てで])ま(?=う|いそ|いた[いく])"), "しま"),
    (re.compile("(?<=[っいん])ちょ(?=[るっりら])"), "と"),
    # Feelings that end in か in Kyushu: 怖か, きつか.
    (re.compile("(?<=苦し|悲し|寂し|みし|ひど|つら|きつ|こわ|くさ)か(?!っ|ろ|も|ら)"), "い"),
    (re.compile("(?<=[辛痛怖恐眠臭])か(?!っ|ろ|も)"), "い"),
    (re.compile("叩が(?=れ)"), "叩か"),
    (re.compile("くらされ(?=[るたて])"), "殴られ"),
)


def standard(text: str) -> str:
    """The text as it would be said in standard Japanese; most texts come back as they are."""
    for spoken, written in _SPOKEN:
        text = spoken.sub(written, text)
    return text
