"""Trees laid out as public ones are, each after a real layout, as files by path."""

FOUNDATION = "ARG ROOT=debian:bookworm\nFROM $ROOT\n"
NOTEBOOK = "ARG REGISTRY=quay.io\nARG OWNER=acme\nARG BASE=$REGISTRY/$OWNER/{}\nFROM $BASE\n"
# as stacks of notebooks are: a prefix by ARG, six waves, one image beside another's folder
STACKS = {
    "images/foundation/Dockerfile": FOUNDATION,
    "images/base-notebook/Dockerfile": NOTEBOOK.format("foundation"),
    "images/minimal-notebook/Dockerfile": NOTEBOOK.format("base-notebook"),
    "images/scipy-notebook/Dockerfile": NOTEBOOK.format("minimal-notebook"),
    "images/r-notebook/Dockerfile": NOTEBOOK.format("minimal-notebook"),
    "images/pyspark-notebook/Dockerfile": NOTEBOOK.format("scipy-notebook"),
    "images/all-spark-notebook/Dockerfile": NOTEBOOK.format("pyspark-notebook"),
    "images/tensorflow-notebook/Dockerfile": NOTEBOOK.format("scipy-notebook"),
    "images/tensorflow-notebook/cuda/Dockerfile": NOTEBOOK.format("scipy-notebook"),
    "images/tensorflow-notebook/cuda/NAME": "tensorflow-cuda\n",
}
# as one person's desktop images are: by a registry, by an owner, many of others
DESKTOP = {
    "curl/Dockerfile": "FROM docker.io/library/alpine:latest\n",
    "wine/Dockerfile": "FROM docker.io/library/debian:sid\n",
    "winbox/Dockerfile": "FROM r.acme.test/wine\n",
    "office/Dockerfile": "FROM r.acme.test/wine:latest\n",
    "htop/Dockerfile": "FROM acme/curl\n",
    "top/Dockerfile": "FROM acme/htop\n",
    "chrome/Dockerfile": "FROM acme/chrome:old\n",
    "ridge/Dockerfile": "FROM docker.io/bitnami/wine:8\n",
}
# as official images are: a base and a version in each path, every last folder the same
MATRIX = {
    **{
        f"{version}/{suite}/Dockerfile": f"FROM docker.io/library/debian:{suite}\nARG V={version}\n"
        for version in ("3.11", "3.12")
        for suite in ("bookworm", "trixie")
    },
    **{
        f"{version}/{suite}/NAME": f"lang{version}-{suite}"
        for version in ("3.11", "3.12")
        for suite in ("bookworm", "trixie")
    },
    "app/Dockerfile": "ARG V=3.12.4\nARG SUITE=trixie\nFROM lang${V%.*}-${SUITE}\n",
    "all/Dockerfile": "FROM lang3.11-bookworm AS old\nFROM lang3.12-bookworm\n"
    "COPY --from=old / /old\n",
}
# one Dockerfile at the top, of a program with vendored ones and a test stage
PROGRAM = {
    "Dockerfile": "# syntax=docker/dockerfile:1\nARG GO=1.22\n"
    "FROM --platform=$BUILDPLATFORM docker.io/library/golang:${GO} AS build\nCOPY . .\n"
    "FROM build AS test\nCOPY --from=acme/program:latest / /former\n"
    "FROM scratch\nCOPY --from=build /out /\n",
    ".dockerignore": "vendor\n.git\n**/*.md\n",
    "vendor/one/lib/Dockerfile": "FROM nowhere\n",
    "vendor/two/lib/Dockerfile": "FRMO nowhere\n",
    "README.md": "text",
    "main.go": "package main\n",
}
# a monorepo of services, each with its compose file, and one that is broken
MONOREPO = {
    "services/api/Dockerfile": "FROM acme/node-base AS build\nFROM acme/runtime\n"
    "COPY --from=build /app /app\n",
    "services/api/compose.yml": "services: {api: {build: .}}\n",
    "services/web/Dockerfile": "FROM acme/node-base\nEXPOSE ${PORT:?need}\n",
    "services/web/Dockerfile.dockerignore": "node_modules\n!node_modules/keep\n",
    "services/web/compose.yml": "services: {web: {build: .}}\n",
    "services/web/worker.Dockerfile": "FROM web\n",
    "services/broken/Dockerfile": "FROM acme/node-base\nCOPPY x /\n",
    "services/broken-too/Dockerfile": "FROM broken\n",
    "build/NodeBase/Dockerfile": "FROM docker.io/library/node:20\n",
    "build/NodeBase/NAME": "node-base\n",
    "build/runtime/Dockerfile": "FROM gcr.io/distroless/runtime:nonroot\n",
}
TREES = {
    "stacks": STACKS, "desktop": DESKTOP, "matrix": MATRIX, "program": PROGRAM, "mono": MONOREPO
}  # fmt: skip
