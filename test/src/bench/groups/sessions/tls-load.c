// Clients of a TLS 1.3 server, some at a time, from one thread: each connects, shakes hands with a client
// certificate, sends what it was given, if anything, reads until the server says that it ends, compares, and
// closes. Without a reply to expect it ends first, as one does who only wants to be let in.
//
//   tls-load PORT CHAIN KEY SESSIONS MS AT_ONCE REPLY SENT
//
// CHAIN and KEY are files in PEM; REPLY and SENT are files of bytes, or "-". It begins sessions until there
// were SESSIONS of them, or MS milliseconds are over, and prints:
//
//   session MICROSECONDS       ; of each, from connect to the end
//   all MICROSECONDS CPU       ; of the whole, and this program's own CPU time
//
// The first session that does not go like that ends it with status 1. The server's certificate is not looked
// at: what this program computes is missing to the server it is to measure, on the same cores.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SESSIONS_MAX 1000000
#define AT_ONCE_MAX 1024
#define REPLY_MAX 65536
#define SILENCE_MS 60000

struct bytes {
  unsigned char *at;
  size_t length;
};

struct session {
  SSL *ssl;
  int fd;
  enum { SHAKING, SENDING, ENDING, READING } state;
  size_t sent;
  size_t got;
  long began;
};

static SSL_CTX *context;
static struct bytes reply, sent;
static struct sockaddr_in server;
static int epoll;
static long *took;
static long begun, ended;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list words;
  va_start(words, format);
  vfprintf(stderr, format, words);
  va_end(words);
  fputc('\n', stderr);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static long micros(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct bytes read_file(const char *path) {
  struct bytes all = {NULL, 0};
  if (strcmp(path, "-") == 0) return all;
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("%s: %s", path, strerror(errno));
  fseek(file, 0, SEEK_END);
  all.length = (size_t)ftell(file);
  rewind(file);
  all.at = malloc(all.length + 1);
  if (fread(all.at, 1, all.length, file) != all.length) fail("%s: cannot be read", path);
  fclose(file);
  return all;
}

static void make_context(const char *chain, const char *key) {
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set1_groups_list(context, "X25519");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (SSL_CTX_use_certificate_chain_file(context, chain) != 1) fail("%s: no certificates", chain);
  if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail("%s: no key", key);
}

static void begin(struct session *one) {
  const int yes = 1;
  one->began = micros(CLOCK_MONOTONIC);
  one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (one->fd < 0) fail("socket: %s", strerror(errno));
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(one->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
    fail("connect: %s", strerror(errno));
  one->ssl = SSL_new(context);
  SSL_set_fd(one->ssl, one->fd);
  SSL_set_connect_state(one->ssl);
  one->state = SHAKING;
  one->sent = one->got = 0;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = one};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event) < 0) fail("epoll: %s", strerror(errno));
  begun += 1;
}

static void end(struct session *one) {
  if (one->got != reply.length) fail("a reply of %zu bytes, not %zu", one->got, reply.length);
  SSL_shutdown(one->ssl);
  took[ended++] = micros(CLOCK_MONOTONIC) - one->began;
  SSL_free(one->ssl);
  close(one->fd);
  one->ssl = NULL;
}

static void take(struct session *one, const unsigned char *bytes, size_t length) {
  if (one->got + length > reply.length || memcmp(reply.at + one->got, bytes, length) != 0)
    fail("another reply than was expected: %.*s", (int)length, (const char *)bytes);
  one->got += length;
}

// What a call came to: whether to go on now; otherwise the socket has to get ready first.
static int goes_on(struct session *one, int result, const char *what) {
  if (result > 0) return 1;
  const int error = SSL_get_error(one->ssl, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
  // Not there yet.
  if (error == SSL_ERROR_SYSCALL && one->state == SHAKING && errno == ENOTCONN) return 0;
  fail("%s: error %d, %s", what, error, strerror(errno));
}

static void get_on(struct session *one) {
  static unsigned char bytes[REPLY_MAX];
  ERR_clear_error();
  if (one->state == SHAKING) {
    if (!goes_on(one, SSL_do_handshake(one->ssl), "handshake")) return;
    one->state = reply.length == 0 ? ENDING : SENDING;
  }
  while (one->state == SENDING) {
    const size_t left = sent.length - one->sent;
    if (left == 0) {
      one->state = READING;
      break;
    }
    const int chunk = left > 1 << 20 ? 1 << 20 : (int)left;
    const int written = SSL_write(one->ssl, sent.at + one->sent, chunk);
    if (!goes_on(one, written, "write")) return;
    one->sent += (size_t)written;
  }
  if (one->state == ENDING) {
    if (SSL_shutdown(one->ssl) < 0) fail("close_notify was not taken");
    one->state = READING;
  }
  for (;;) {
    const int got = SSL_read(one->ssl, bytes, sizeof bytes);
    // Its close_notify: nothing was cut off.
    if (got <= 0 && SSL_get_error(one->ssl, got) == SSL_ERROR_ZERO_RETURN) return end(one);
    if (!goes_on(one, got, "read")) return;
    take(one, bytes, (size_t)got);
  }
}

int main(int count, char **words) {
  if (count != 9) fail("tls-load PORT CHAIN KEY SESSIONS MS AT_ONCE REPLY SENT");
  static struct session sessions[AT_ONCE_MAX];
  const long wanted = atol(words[4]), limit = atol(words[5]) * 1000, at_once = atol(words[6]);
  if (wanted < 1 || wanted > SESSIONS_MAX || at_once < 1 || at_once > AT_ONCE_MAX)
    fail("too many sessions, or none");
  server.sin_family = AF_INET;
  server.sin_port = htons((unsigned short)atoi(words[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  make_context(words[2], words[3]);
  reply = read_file(words[7]);
  sent = read_file(words[8]);
  took = malloc((size_t)wanted * sizeof *took);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  const long start = micros(CLOCK_MONOTONIC), cpu = micros(CLOCK_PROCESS_CPUTIME_ID);
  for (long n = 0; n < at_once && n < wanted; n += 1) begin(&sessions[n]);
  while (ended < begun) {
    struct epoll_event events[AT_ONCE_MAX];
    const int ready = epoll_wait(epoll, events, AT_ONCE_MAX, SILENCE_MS);
    if (ready == 0) fail("nothing came in %d ms", SILENCE_MS);
    for (int n = 0; n < ready; n += 1) {
      struct session *one = events[n].data.ptr;
      if (one->ssl != NULL) get_on(one);
      const int is_time = micros(CLOCK_MONOTONIC) - start < limit;
      if (one->ssl == NULL && begun < wanted && is_time) begin(one);
    }
  }
  const long all = micros(CLOCK_MONOTONIC) - start, own = micros(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  for (long n = 0; n < ended; n += 1) printf("session %ld\n", took[n]);
  printf("all %ld %ld\n", all, own);
  return 0;
}
