# TypeScript runs as it is: no build step, no dist.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HITL_HOST=0.0.0.0 HITL_DATA=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY src src
COPY adapters adapters
RUN mkdir /data && chown node:node /data \
  && printf '#!/bin/sh\nexec node /app/src/cli.ts "$@"\n' > /usr/local/bin/hitl && chmod +x /usr/local/bin/hitl
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation: with a thousand stalled event streams the default one grows past 100 MB.
CMD ["node", "--max-semi-space-size=16", "src/main.ts"]
