#!/bin/sh
# Runs h2spec (RFC 7540 and RFC 7541) against the listener and compares what fails with
# h2spec-known-failing.txt. Needs Go.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
GOBIN="$work" go install github.com/summerwind/h2spec/cmd/h2spec@latest
node --import tsx scripts/h2spec-server.ts > "$work/port" &
server=$!
until [ -s "$work/port" ]; do sleep 0.1; done

"$work/h2spec" --host 127.0.0.1 --port "$(cat "$work/port")" --timeout 4 > "$work/report" || true
tail -n 1 "$work/report"
# The summary names each failure once more.
sed -n '/^Failures:/,$s/^ *× [0-9]*: //p' "$work/report" > "$work/failing"
grep -v '^#' scripts/h2spec-known-failing.txt | diff --unified - "$work/failing"
