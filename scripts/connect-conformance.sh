#!/bin/sh
# Runs the official Connect conformance suite against the listeners: gRPC, gRPC-Web and Connect,
# over HTTP/1.1 and HTTP/2, with and without TLS. Needs Go; arguments are passed to the suite.
set -eu
cd "$(dirname "$0")/.."
suite=connectrpc.com/conformance
version=v1.0.7

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
GOBIN="$work" go install "$suite/cmd/connectconformance@$version"
npx buf build "$(go env GOMODCACHE)/$suite@$version/proto" --output "$work/suite.binpb"

"$work/connectconformance" --mode server \
  --conf scripts/connect-conformance.yaml \
  --known-failing @scripts/connect-conformance-known-failing.txt \
  --max-servers 2 --parallel 4 "$@" \
  -- node --import tsx scripts/connect-conformance-server.ts "$work/suite.binpb"
