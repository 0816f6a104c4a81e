/*
 * Asks one question on the bus again and again, and takes the time of every reply: in C, so that whoever answers
 * is what is measured.
 *
 *   asker SUBJECT INBOX IN_FLIGHT MILLISECONDS <question 3<>connection
 *
 * The connection is greeted already. Of what is said on it:
 *
 *   ours:   SUB <subject> <id> | PUB <subject> <reply> <bytes> CRLF <data> | PONG
 *   theirs: MSG <subject> <id> <bytes> CRLF <data>
 *           HMSG <subject> <id> <bytes of headers> <bytes> CRLF <headers and data>
 *           PING | INFO ... | -ERR ...
 *
 * The first reply is not counted, and what all others have to be; anything else ends us with status 1. To stdout,
 * in this machine's order of bytes:
 *
 *   uint64 bytes of the reply | the reply | uint64 ns from the first question to the last reply |
 *   uint64 replies | uint64 ns for each
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNECTION 3
#define IN_FLIGHT_MAX 256
#define LINE_BYTES 1024

static const char *subject, *inbox;
static char question[1 << 20], in[8 << 20], out[8 << 20];
static size_t question_bytes, in_bytes, out_bytes;
static char *reply;
static size_t reply_bytes;
static uint64_t asked_at[IN_FLIGHT_MAX], *took;
static size_t replies, room, under_way;

static void die(const char *why, const char *what)
{
    fprintf(stderr, "asker: %s: %s\n", why, what);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void write_all(int fd, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes > 0) {
        ssize_t written = write(fd, at, bytes);
        if (written < 0) die("write", strerror(errno));
        at += written;
        bytes -= (size_t)written;
    }
}

static void say(const char *data, size_t bytes)
{
    if (out_bytes + bytes > sizeof out) die("say", "too much at once");
    memcpy(out + out_bytes, data, bytes);
    out_bytes += bytes;
}

static void ask(unsigned slot)
{
    char line[LINE_BYTES];
    int bytes = snprintf(line, sizeof line, "PUB %s %s.%u %zu\r\n", subject, inbox, slot, question_bytes);
    say(line, (size_t)bytes);
    say(question, question_bytes);
    say("\r\n", 2);
    asked_at[slot] = now_ns();
    under_way++;
}

static void take(const char *data, size_t bytes, uint64_t ns)
{
    under_way--;
    if (reply == NULL) {
        reply = malloc(bytes + 1);
        if (reply == NULL) die("malloc", "no memory");
        memcpy(reply, data, bytes);
        reply_bytes = bytes;
    }
    if (bytes != reply_bytes || memcmp(data, reply, bytes) != 0)
        die("a reply is not the first one again", subject);
    if (replies == room) {
        room = room == 0 ? 65536 : room * 2;
        took = realloc(took, room * sizeof *took);
        if (took == NULL) die("realloc", "no memory");
    }
    took[replies++] = ns;
}

/* The bytes of a line and what belongs to it, 0 for less than that; asks again if it was a reply in time. */
static size_t hear(const char *at, size_t bytes, uint64_t now, uint64_t until)
{
    char line[LINE_BYTES], to[LINE_BYTES];
    size_t length;
    const char *end = memmem(at, bytes, "\r\n", 2);
    if (end == NULL) return 0;
    size_t line_bytes = (size_t)(end - at) + 2;
    snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
    if (strncmp(line, "-ERR", 4) == 0) die("the server says", line);
    if (strncmp(line, "PING", 4) == 0) say("PONG\r\n", 6);
    if (sscanf(line, "MSG %1023s %*s %zu", to, &length) != 2 &&
        sscanf(line, "HMSG %1023s %*s %*s %zu", to, &length) != 2)
        return line_bytes;
    if (bytes < line_bytes + length + 2) return 0;
    unsigned slot = (unsigned)atoi(strrchr(to, '.') + 1);
    if (slot >= IN_FLIGHT_MAX) die("nobody asked for", line);
    take(at + line_bytes, length, now - asked_at[slot]);
    if (now < until) ask(slot);
    return line_bytes + length + 2;
}

/* Keeps so many questions under way for that long. Returns how long it took until the last was answered. */
static uint64_t ask_for(unsigned in_flight, uint64_t ns)
{
    uint64_t begin = now_ns();
    replies = 0;
    for (unsigned slot = 0; slot < in_flight; slot++) ask(slot);
    while (under_way > 0) {
        size_t heard = 0, part;
        write_all(CONNECTION, out, out_bytes);
        out_bytes = 0;
        ssize_t got = read(CONNECTION, in + in_bytes, sizeof in - in_bytes);
        if (got <= 0) die("read", got < 0 ? strerror(errno) : "the server hung up");
        in_bytes += (size_t)got;
        uint64_t now = now_ns();
        while ((part = hear(in + heard, in_bytes - heard, now, begin + ns)) > 0) heard += part;
        memmove(in, in + heard, in_bytes - heard);
        in_bytes -= heard;
    }
    return now_ns() - begin;
}

static void tell(uint64_t number)
{
    write_all(STDOUT_FILENO, &number, sizeof number);
}

int main(int argc, char **argv)
{
    if (argc != 5) die("usage", "SUBJECT INBOX IN_FLIGHT MILLISECONDS");
    subject = argv[1];
    inbox = argv[2];
    unsigned in_flight = (unsigned)atoi(argv[3]);
    if (in_flight == 0 || in_flight > IN_FLIGHT_MAX) die("IN_FLIGHT", argv[3]);
    /* Whoever made the connection did not want to wait on it. */
    if (fcntl(CONNECTION, F_SETFL, 0) != 0) die("fcntl", strerror(errno));
    question_bytes = fread(question, 1, sizeof question, stdin);
    char line[LINE_BYTES];
    say(line, (size_t)snprintf(line, sizeof line, "SUB %s.* 1\r\n", inbox));
    ask_for(1, 0);
    uint64_t ns = ask_for(in_flight, strtoull(argv[4], NULL, 10) * 1000000u);
    tell(reply_bytes);
    write_all(STDOUT_FILENO, reply, reply_bytes);
    tell(ns);
    tell(replies);
    write_all(STDOUT_FILENO, took, replies * sizeof *took);
    return 0;
}
