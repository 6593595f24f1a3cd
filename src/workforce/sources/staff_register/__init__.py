"""From person-level extracts of a staff register to tables of stocks and flows."""
