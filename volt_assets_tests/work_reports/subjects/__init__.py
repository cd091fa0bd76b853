"""Tests of giving out and removing one person's data."""
