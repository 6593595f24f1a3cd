"""Trying out measures in JupyterLab: sliders, charts redrawn at once, and saved scenarios."""
