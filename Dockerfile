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
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
WORKDIR /stheno
ENV NODE_ENV=production
COPY --from=build /stheno/node_modules node_modules
COPY --from=build /stheno/dist dist
COPY package.json LICENSE ./
COPY gen gen
COPY migrations migrations
RUN ln -s /stheno/dist/main.js /usr/local/bin/stheno && chmod +x dist/main.js && install -d -o node -g node /data
USER node
# SQLite files and the configuration live here.
WORKDIR /data
VOLUME /data
EXPOSE 4466 4467 4468 4469
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:4466/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["stheno"]
CMD ["serve", "--config", "/data/stheno.yml"]
