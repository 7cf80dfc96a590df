# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
# The SQLite driver is compiled when no binary of it can be fetched.
RUN apt-get update && apt-get install --yes --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /stheno
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY gen gen
COPY scripts scripts
COPY src src
# The program brings its packages along but for native ones: the SQLite driver, with what finds its binary.
RUN npm run build \
  && mkdir -p /image/node_modules /image/dist \
  && cp -r node_modules/better-sqlite3 node_modules/bindings node_modules/file-uri-to-path /image/node_modules \
  && rm -rf /image/node_modules/better-sqlite3/deps /image/node_modules/better-sqlite3/src \
  && find /image/node_modules/better-sqlite3/build -type f ! -name better_sqlite3.node -delete \
  && cp -r dist/main.js dist/program /image/dist \
  && mkdir /image/dist/registry && cp dist/registry/graph-loading-thread.js /image/dist/registry

FROM node:22-bookworm-slim
WORKDIR /stheno
ENV NODE_ENV=production
COPY --from=build /image ./
COPY package.json LICENSE ./
COPY migrations migrations
RUN chmod +x dist/main.js && install -d -o node -g node /data \
  && for name in stheno keto; do ln -s /stheno/dist/main.js "/usr/local/bin/$name"; done
USER node
# SQLite files and the configuration live here.
WORKDIR /data
VOLUME /data
EXPOSE 4466 4467 4468 4469
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:4466/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["stheno"]
CMD ["serve", "--config", "/data/stheno.yml"]
