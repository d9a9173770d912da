#!/bin/sh
# libmicrohttpd hands its handler the whole address when a client sends one.
#
# Software:  libmicrohttpd 0.9.75 (Debian 0.9.75-6)
# Expected:  url is the path: HTTP/1.1 says that a server takes both forms for the same.
# Behaviour: for "GET http://rds1/status" url is "http://rds1/status", so a handler that
#            compares it with "/status" answers 404 to a client behind a proxy.
# Seen:
#   GET /status HTTP/1.1: HTTP/1.1 200 OK, url /status
#   GET http://rds1/status HTTP/1.1: HTTP/1.1 200 OK, url http://rds1/status
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
command -v gcc >/dev/null || { echo 'gcc is needed' >&2; exit 2; }
apt-get download libmicrohttpd12=0.9.75-6 libmicrohttpd-dev=0.9.75-6 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install libmicrohttpd12 0.9.75-6' >&2; exit 2; }
cat >serve.c <<'EOF'
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(url), (void *)url, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, NULL,
                                                 MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
    if (daemon == NULL)
        return 1;
    printf("%d\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    getchar();
    MHD_stop_daemon(daemon);
    return 0;
}
EOF
library=$(echo "$tmp"/usr/lib/*-linux-gnu)
gcc -w -I usr/include serve.c -L "$library" -l:libmicrohttpd.so.12 -Wl,--allow-shlib-undefined \
  -o serve 2>gcc.txt || { cat gcc.txt >&2; exit 2; }
cat >ask.cjs <<'EOF'
const { spawn } = require("node:child_process");
const { connect } = require("node:net");
const server = spawn("./serve", { stdio: ["pipe", "pipe", "inherit"] });
server.stdout.once("data", async (port) => {
  for (const head of require("./requests.json")) {
    const answer = await new Promise((resolve) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.end(`${head}\r\nConnection: close\r\n\r\n`);
      let text = "";
      socket.on("data", (data) => (text += data)).on("close", () => resolve(text));
    });
    const [first] = head.split("\r\n");
    console.log(`${first}: ${answer.split("\r\n")[0]}, url ${answer.split("\r\n\r\n")[1]}`);
  }
  server.stdin.end("\n");
});
EOF
cat >requests.json <<'EOF'
["GET /status HTTP/1.1\r\nHost: rds1", "GET http://rds1/status HTTP/1.1\r\nHost: rds1"]
EOF
seen=$(LD_LIBRARY_PATH=$library node ask.cjs 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
