#!/usr/bin/env bash
# gen/ is what buf makes of proto/, and proto/ stays compatible. Writes nothing into the tree.
set -euo pipefail
cd "$(dirname "$0")/.."

buf lint

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
buf generate --output "$fresh"
diff --recursive --unified=1 gen "$fresh/gen" || {
  echo "gen/ is not what proto/ generates: run 'npm run generate'" >&2
  exit 1
}

# Ours may change until the first release; Keto's packages are published, so they never may.
history=$(git rev-parse --git-common-dir)
if release=$(git describe --tags --match 'v*' --abbrev=0 2>/dev/null); then
  buf breaking --against "$history#format=git,tag=$release"
elif parent=$(git rev-parse --quiet --verify HEAD~1); then
  buf breaking --path proto/ory --against "$history#format=git,ref=$parent"
fi
