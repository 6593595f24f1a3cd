#!/bin/sh
# What a quarter needs, in order; the first step that fails ends it, and its exit code is passed on.
#   1  some pages could not be made, or figures were refused by the quality gate
#   2  tables or params file are not right, and nothing was made
# Settings come from the environment (deploy/quarter.env); everything is told on standard error,
# which a timer keeps in its journal and cron sends by mail.
set -eu

: "${WORKFORCE_HOME:?Name the folder of the checkout in WORKFORCE_HOME.}"
: "${WORKFORCE_PARAMS:?Name the params file in WORKFORCE_PARAMS.}"
: "${WORKFORCE_OUT:?Name the folder for reports and runs in WORKFORCE_OUT.}"
: "${WORKFORCE_DATA:?Name the folder of tables in WORKFORCE_DATA.}"

workforce() { "$WORKFORCE_HOME/.venv/bin/workforce" "$@" >&2; }
step() { printf '%s %s\n' "$(date '+%Y-%m-%d %H:%M')" "$*" >&2; }

cd "$WORKFORCE_HOME"
umask 027

if [ -n "${WORKFORCE_REGIONS:-}" ]; then
    step "fetching public tables of $WORKFORCE_REGIONS"
    set --
    for region in $WORKFORCE_REGIONS; do set -- "$@" --region "$region"; done
    workforce fetch "$WORKFORCE_DATA" "$@"
fi
if [ -n "${WORKFORCE_EXTRACTS:-}" ]; then
    step "importing the staff register"
    # Unquoted, so that a pattern such as extracts/*.csv names all of its files.
    # shellcheck disable=SC2086
    workforce import-staff $WORKFORCE_EXTRACTS --mapping "$WORKFORCE_MAPPING" --out "$WORKFORCE_DATA"
fi
step "checking $WORKFORCE_DATA"
workforce check "$WORKFORCE_DATA"
step "making the pages"
workforce run "$WORKFORCE_PARAMS" --quarter auto --out "$WORKFORCE_OUT" --wait
step "done"
