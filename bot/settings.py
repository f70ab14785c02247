"""What an operator can set; the only place that reads the environment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from UKETOME_* variables and a .env file; every field is a row of the README's table."""

    model_config = SettingsConfigDict(env_prefix="UKETOME_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/uketome.db"
    keys_url: str = "sqlite:///var/uketome-keys.db"
    key_file: Path = Path("var/uketome.key")
    production: bool = False
    now: datetime | None = None
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"
    worker_threads: int = 2
    send_timeout: float = 10.0
    session_hours: int = 12
    failpoint: str = ""

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=ZoneInfo("Asia/Tokyo")) if value and value.tzinfo is None else value

    @field_validator("database_url", "keys_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        # Operators write postgresql://; the driver that comes with the product is psycopg 3.
        for short in ("postgresql://", "postgres://"):
            if value.startswith(short):
                return "postgresql+psycopg://" + value.removeprefix(short)
        return value
