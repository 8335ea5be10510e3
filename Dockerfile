# syntax=docker/dockerfile:1
# The server as an image: built in one stage, run in another without compiler, sources and development packages.
#
#   docker build -t tocsin .                                for a ClickHouse and a NATS beside it (compose.yaml)
#   docker build -t tocsin --build-arg EMBEDDED_STORE=1 .   with the embedded ClickHouse engine, 500 MB more

FROM node:22-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN npm run build
ARG EMBEDDED_STORE=0
RUN npm prune --omit=dev --no-audit --no-fund \
  && if [ "$EMBEDDED_STORE" != "1" ]; then rm -rf node_modules/@chdb; fi

FROM node:22-trixie-slim
WORKDIR /app
ENV NODE_ENV=production TOCSIN_HTTP_HOST=0.0.0.0 TOCSIN_HTTP_PORT=8080 TOCSIN_DATA_DIR=/data TOCSIN_LOG_FORMAT=json
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/bin ./bin
COPY --from=build /build/scripts ./scripts
COPY --from=build /build/dist ./dist
COPY --from=build /build/models ./models
COPY --from=build /build/alerts ./alerts
COPY --from=build /build/samples ./samples
RUN mkdir -p /data && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.TOCSIN_HTTP_PORT + '/readyz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/tocsin.cjs"]
CMD ["serve"]
