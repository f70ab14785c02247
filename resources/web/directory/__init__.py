"""The console of those who keep the directory true, and what of it everybody may read."""
