# The bot in a container: docker build -t billing-bot . && docker run --env-file .env -v billing-data:/data billing-bot

# Builds in an image that can compile the SQLite driver where no finished build for the machine comes with it.
FROM node:22-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 make g++ \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY migrations ./migrations
COPY src ./src
RUN npm run build && npm prune --omit=dev

# Runs with production dependencies only, as a user who owns nothing but the data.
FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The bot ends by itself on SIGTERM: calls in flight end and are recorded first. That takes up to 75 s, so give it more
# than Docker's ten: docker stop --time 90.
STOPSIGNAL SIGTERM
CMD ["node", "dist/src/main.js", "start"]
