# Two stages: what builds stays behind. chDB's binary comes with npm and wants glibc, so no Alpine.
FROM node:20-bookworm-slim AS build
WORKDIR /tallylight
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /tallylight
COPY --from=build --chown=node:node /tallylight/package.json ./
COPY --from=build --chown=node:node /tallylight/node_modules ./node_modules
COPY --from=build --chown=node:node /tallylight/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "dist/apps/monitor/src/main.js"]
