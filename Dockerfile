# gitsync for a server. It is run so:
#   docker build -t gitsync .
#   alias box='docker run -v gitsync:/repositories -v gitsync-config:/config -v gitsync-state:/state -v ~/.ssh:/home/node/.ssh:ro -v ~/.gitconfig:/home/node/.gitconfig:ro'
#   box --rm gitsync clone git@example.org:ada/notes.git
#   box -d --name gitsync --hostname gitsync --restart unless-stopped gitsync
#   docker exec gitsync gitsync status    # also its health check; its user has the id 1000
# By its hostname a gitsync knows what it left itself when it was killed, from what another container holds: so the one
# that runs for good keeps its own, and no other has the same.
FROM node:22-bookworm-slim AS build
# What nodegit is compiled with where no prebuilt one can be had.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git g++ make python3 libkrb5-dev libssl-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/gitsync
COPY . .
# No scripts of packages: setup makes nodegit itself, and looks whether it loads.
RUN npm ci --ignore-scripts \
 && node scripts/setup.mjs \
 && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git git-lfs openssh-client tini libgssapi-krb5-2 \
 && rm -rf /var/lib/apt/lists/* \
 && git lfs install --system --skip-repo
COPY --from=build /opt/gitsync /opt/gitsync
RUN ln -s /opt/gitsync/dist/bin/main.js /usr/local/bin/gitsync \
 && install -d -o node -g node /repositories /config/gitsync /state/gitsync /home/node/.ssh \
 && chmod 700 /home/node/.ssh
# Threads that take turns need no heap each.
ENV XDG_CONFIG_HOME=/config XDG_STATE_HOME=/state MALLOC_ARENA_MAX=1
USER node
WORKDIR /repositories
VOLUME ["/repositories", "/config", "/state"]
# Unhealthy: some repository needs a person.
HEALTHCHECK --interval=1m --timeout=20s --start-period=2m CMD gitsync status
ENTRYPOINT ["tini", "--", "gitsync"]
CMD ["run"]
