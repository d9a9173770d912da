/*
 * A stand-in for SEP sesam's STPD on libmicrohttpd and GnuTLS, for the tests. Reads an stpd.ini,
 * opens exactly the ports that its [STPD_Server] names, and does not come up if one of them, or
 * the priority string, is wrong. SIGHUP reads the file again, as a restart does; SIGTERM ends it.
 *
 *   stpd INI CERTIFICATE KEY [ADDRESS [MILLISECONDS]]
 *
 * After MILLISECONDS HTTPS closes, and the other ports stay. The environment may limit HTTPS:
 * STPD_LIMIT connections, STPD_PER_IP of one address, STPD_POOL threads.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_LINE = 65536 };

struct settings {
  int ftp, http, https;
  char priority[LONGEST_LINE];
};

struct service {
  struct MHD_Daemon *http, *https;
  int ftp;
  pthread_t greeter;
};

static void fail(const char *what) {
  fprintf(stderr, "stpd: %s\n", what);
  exit(1);
}

static char *trim(char *text) {
  while (isspace((unsigned char)*text)) text++;
  char *end = text + strlen(text);
  while (end > text && isspace((unsigned char)end[-1])) *--end = '\0';
  return text;
}

static int read_port(const char *value) {
  char *end;
  long port = strtol(value, &end, 10);
  if (*value == '\0' || *end != '\0' || port < 1 || port > 65535) fail("a port is no port");
  return (int)port;
}

static void read_settings(const char *path, struct settings *settings) {
  static char line[LONGEST_LINE];
  memset(settings, 0, sizeof *settings);
  strcpy(settings->priority, "NORMAL");
  FILE *file = fopen(path, "r");
  if (file == NULL) fail("the file cannot be read");
  int inside = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    char *key = trim(line);
    if (*key == '#' || *key == '\0') continue;
    if (*key == '[') {
      inside = strcmp(key, "[STPD_Server]") == 0;
      continue;
    }
    char *equals = strchr(key, '=');
    if (!inside || equals == NULL) continue;
    *equals = '\0';
    char *name = trim(key), *value = trim(equals + 1);
    size_t length = strlen(value);
    if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
      value[length - 1] = '\0';
      value++;
    }
    if (strcmp(name, "STPD_PORT") == 0) settings->ftp = read_port(value);
    if (strcmp(name, "STPD_HTTP_PORT") == 0) settings->http = read_port(value);
    if (strcmp(name, "STPD_HTTPS_PORT") == 0) settings->https = read_port(value);
    if (strcmp(name, "STPD_HTTPS_PRIORITY_STRING") == 0) strcpy(settings->priority, value);
  }
  fclose(file);
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) fail("a key file cannot be read");
  char *text = calloc(1, LONGEST_LINE);
  if (text == NULL || fread(text, 1, LONGEST_LINE - 1, file) == 0) fail("a key file is empty");
  fclose(file);
  return text;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *size, void **state) {
  (void)context, (void)url, (void)method, (void)version, (void)body, (void)size, (void)state;
  static char text[] = "not authorised\n";
  struct MHD_Response *response =
      MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
  enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_UNAUTHORIZED, response);
  MHD_destroy_response(response);
  return result;
}

static socklen_t make_address(const char *text, int port, struct sockaddr_storage *address) {
  memset(address, 0, sizeof *address);
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
  struct sockaddr_in *four = (struct sockaddr_in *)address;
  if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    return sizeof *six;
  }
  if (inet_pton(AF_INET, text, &four->sin_addr) != 1) fail("the address is none");
  four->sin_family = AF_INET;
  four->sin_port = htons((uint16_t)port);
  return sizeof *four;
}

static void *greet(void *context) {
  int listener = *(int *)context;
  static const char greeting[] = "220 stand-in\r\n";
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) return NULL;
    if (send(client, greeting, sizeof greeting - 1, MSG_NOSIGNAL) < 0) perror("stpd: send");
    close(client);
  }
}

static void start_ftp(struct service *service, const char *text, int port) {
  struct sockaddr_storage address;
  socklen_t length = make_address(text, port, &address);
  int yes = 1;
  service->ftp = socket(address.ss_family, SOCK_STREAM, 0);
  setsockopt(service->ftp, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(service->ftp, (struct sockaddr *)&address, length) != 0 ||
      listen(service->ftp, 16) != 0 ||
      pthread_create(&service->greeter, NULL, greet, &service->ftp) != 0)
    fail("the FTP port cannot be opened");
}

/* Libmicrohttpd's own default if the environment sets none. */
static void read_limits(struct MHD_OptionItem *items) {
  static const struct {
    const char *name;
    enum MHD_OPTION option;
  } limits[] = {
      {"STPD_LIMIT", MHD_OPTION_CONNECTION_LIMIT},
      {"STPD_PER_IP", MHD_OPTION_PER_IP_CONNECTION_LIMIT},
      {"STPD_POOL", MHD_OPTION_THREAD_POOL_SIZE},
  };
  for (size_t index = 0; index < sizeof limits / sizeof *limits; index++) {
    const char *value = getenv(limits[index].name);
    if (value == NULL) continue;
    *items++ = (struct MHD_OptionItem){limits[index].option, strtol(value, NULL, 10), NULL};
  }
  *items = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

static void start(const struct settings *settings, char **arguments, const char *bind_to,
                  struct service *service) {
  struct sockaddr_storage address;
  memset(service, 0, sizeof *service);
  service->ftp = -1;
  unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG;
  if (strchr(bind_to, ':') != NULL) flags |= MHD_USE_IPv6;
  if (settings->https != 0) {
    static char *certificate, *key;
    if (certificate == NULL) certificate = read_file(arguments[2]), key = read_file(arguments[3]);
    make_address(bind_to, settings->https, &address);
    struct MHD_OptionItem limits[4];
    read_limits(limits);
    service->https = MHD_start_daemon(
        flags | MHD_USE_TLS, (uint16_t)settings->https, NULL, NULL, answer, NULL,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_HTTPS_MEM_CERT, certificate,
        MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_PRIORITIES, settings->priority,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, limits, MHD_OPTION_END);
    if (service->https == NULL) fail("the HTTPS port does not come up");
  }
  if (settings->http != 0) {
    make_address(bind_to, settings->http, &address);
    service->http = MHD_start_daemon(flags, (uint16_t)settings->http, NULL, NULL, answer, NULL,
                                     MHD_OPTION_SOCK_ADDR, &address,
                                     MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (service->http == NULL) fail("the HTTP port does not come up");
  }
  if (settings->ftp != 0) start_ftp(service, bind_to, settings->ftp);
}

static void stop_https(struct service *service) {
  if (service->https != NULL) MHD_stop_daemon(service->https);
  service->https = NULL;
}

static void stop(struct service *service) {
  stop_https(service);
  if (service->http != NULL) MHD_stop_daemon(service->http);
  if (service->ftp >= 0) {
    shutdown(service->ftp, SHUT_RDWR);
    pthread_join(service->greeter, NULL);
    close(service->ftp);
  }
}

/* Gives the signal that came; meanwhile HTTPS ends, if it is to. */
static int wait_for(const sigset_t *signals, long milliseconds, struct service *service) {
  int received;
  if (milliseconds > 0) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    received = sigtimedwait(signals, NULL, &time);
    if (received > 0) return received;
    stop_https(service);
  }
  if (sigwait(signals, &received) != 0) fail("no signal can be waited for");
  return received;
}

int main(int count, char **arguments) {
  static struct settings settings;
  struct service service;
  sigset_t signals;
  if (count < 4) fail("usage: stpd INI CERTIFICATE KEY [ADDRESS [MILLISECONDS]]");
  const char *bind_to = count > 4 ? arguments[4] : "127.0.0.1";
  long milliseconds = count > 5 ? strtol(arguments[5], NULL, 10) : 0;
  /* Before the threads start, so that they inherit it and this one alone takes the signals. */
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  for (;;) {
    read_settings(arguments[1], &settings);
    start(&settings, arguments, bind_to, &service);
    puts("ready");
    fflush(stdout);
    int received = wait_for(&signals, milliseconds, &service);
    stop(&service);
    if (received == SIGTERM) return 0;
  }
}
