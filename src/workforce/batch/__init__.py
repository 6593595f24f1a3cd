"""Run notebooks for many places side by side: what to run, how, and what came of it."""
