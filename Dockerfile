# Web, worker and migrate of Ringback, for a PostgreSQL of your own (docs/deploying.md). Nothing but /data need be writable.
#   docker build -t ringback .
#   docker buildx build --platform linux/amd64,linux/arm64 -t registry.example.com/ringback:0.1.0 --push .

# The version that package.json names.
ARG NODE_VERSION=24.21.0

# What is built is the same on every architecture, so it is built once; only a copy of Node's libraries is made on each.
FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS source
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./

FROM source AS build
RUN npm ci --ignore-scripts
COPY . .
RUN node src/cli/ringback.mjs build \
    && rm -rf .next/cache .next/diagnostics .next/trace .next/trace-build .next/types

FROM source AS packages
# Optional packages are the embedded PostgreSQL and compilers. Source maps, declarations, Next's development server and the
# query compilers of other databases are two thirds of the rest, and nothing loads them.
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
    && find node_modules/@prisma/client/runtime -type f \
       \( -name '*.mysql.*' -o -name '*.sqlite.*' -o -name '*.sqlserver.*' -o -name '*.cockroachdb.*' \) -delete \
    && rm -rf node_modules/next/dist/esm node_modules/next/dist/docs node_modules/next/dist/compiled/next-server/*.dev.js

# The folder of what `migrate` writes, so that a new volume belongs to the user of the image.
RUN mkdir -p /data

# Node with the libraries that it is linked to, and nothing else: no shell, no package manager.
FROM node:${NODE_VERSION}-bookworm-slim AS node
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN mkdir -p /tree/etc && mkdir -m 1777 /tree/tmp \
    && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp --parents -L -t /tree /usr/local/bin/node /etc/nsswitch.conf \
    && echo 'ringback:x:65532:65532::/data:' > /tree/etc/passwd \
    && echo 'ringback:x:65532:' > /tree/etc/group

FROM scratch
LABEL org.opencontainers.image.title="Ringback" \
      org.opencontainers.image.description="Background HTTP calls with retries and signed webhooks" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
ENV NODE_ENV=production \
    RINGBACK_HOST=0.0.0.0 \
    RINGBACK_WORKER_PORT=4601 \
    RINGBACK_DATA_DIR=/data
COPY --from=node /tree /
COPY --from=packages --chown=65532:65532 /data /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json /app/next.config.mjs /app/LICENSE ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/src src
COPY --from=build /app/dist dist
COPY --from=build /app/.next .next
USER 65532:65532
VOLUME /data
EXPOSE 4600 4601
# A container runs web or a worker, so one of the two ports answers.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/node", "-e", "const ports = [process.env.PORT || 4600, process.env.RINGBACK_WORKER_PORT]; Promise.any(ports.map(async (port) => { if (!(await fetch(`http://127.0.0.1:${port}/readyz`)).ok) throw 0; })).catch(() => process.exit(1));"]
ENTRYPOINT ["/usr/local/bin/node", "src/cli/ringback.mjs"]
CMD ["web"]
