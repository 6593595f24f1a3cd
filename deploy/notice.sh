#!/bin/sh
# Tell somebody that the quarter failed. The message names the unit and nothing that it printed.
set -eu
text="The unit $1 failed on $(hostname) at $(date '+%Y-%m-%d %H:%M'). Look: journalctl -u $1"
if [ -n "${WORKFORCE_NOTICE:-}" ] && command -v mail >/dev/null; then
    printf '%s\n' "$text" | mail -s "Workforce reports failed" "$WORKFORCE_NOTICE"
else
    printf '%s\n' "$text" >&2
fi
