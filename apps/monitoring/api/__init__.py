"""Monitoring for programs."""
