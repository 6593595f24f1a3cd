"""The doors: tables in workbooks and folders, read and checked."""
