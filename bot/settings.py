"""What an operator can set; the only place that reads the environment."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.failpoints import NAMES


def own_address(host: str, port: int) -> str:
    """Return the address of a server that listens there; one that listens everywhere is reached from here by loopback."""
    if host in ("0.0.0.0", "::", ""):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Settings(BaseSettings):
    """Settings from UKETOME_* variables and a .env file; every field is a row of the README's table."""

    model_config = SettingsConfigDict(env_prefix="UKETOME_", env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str = "sqlite:///var/uketome.db"
    keys_url: str = "sqlite:///var/uketome-keys.db"
    key_file: Path = Path("var/uketome.key")
    production: bool = False
    now: datetime | None = None
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    worker_threads: Annotated[int, Field(ge=1, le=64)] = 2
    # A sender that is silent for longer than bot.preparing.lease_for says counts as dead, and another one takes its message.
    send_timeout: Annotated[float, Field(ge=1, le=30)] = 10.0
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    second_factor: bool = True
    failpoint: str = ""
    alerts_file: Path | None = None
    font: Path | None = None

    @model_validator(mode="after")
    def _own_address(self) -> Self:
        """Without an address of its own the product is reached where it listens."""
        if "base_url" not in self.model_fields_set:
            self.__dict__["base_url"] = own_address(self.host, self.port)
        return self

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=ZoneInfo("Asia/Tokyo")) if value and value.tzinfo is None else value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("an address such as https://uketome.example.jp is needed")
        return value.rstrip("/")

    @field_validator("failpoint")
    @classmethod
    def _known_moment(cls, value: str) -> str:
        if value and value.partition(":")[0] not in NAMES:
            raise ValueError("no moment of this name")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url", "keys_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        # Operators write postgresql://; the driver that comes with the product is psycopg 3.
        for short in ("postgresql://", "postgres://"):
            if value.startswith(short):
                return "postgresql+psycopg://" + value.removeprefix(short)
        if not re.match(r"sqlite:///.|postgresql\+psycopg://.", value) or ":memory:" in value:
            raise ValueError("a SQLite file or a PostgreSQL database is needed")
        return value
