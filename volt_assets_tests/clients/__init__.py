"""Tests; the tree mirrors volt_assets."""
