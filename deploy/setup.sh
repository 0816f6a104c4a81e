#!/bin/sh
# Gets what a command needs and is not there yet: npm packages always, Debian packages when we are root
# (otherwise it says which, and stops). Called by the scripts of package.json:
#
#   sh deploy/setup.sh start|demo|test
#
# Needs nothing but a POSIX shell, node and npm, and does nothing when all is there.
set -eu
cd "$(dirname "$0")/.."
what=$1

# program:package pairs; a program that is there needs no package
needed="nats-server:nats-server setpriv:util-linux flock:util-linux xargs:findutils ip:iproute2"
case $what in
start | demo)
  # any tender will do; qemu is the one that Debian has
  if ! command -v solo5-spt >/dev/null && ! command -v qemu-system-x86_64 >/dev/null; then
    needed="$needed qemu-system-x86_64:qemu-system-x86"
  fi
  ;;
test)
  needed="$needed qemu-system-x86_64:qemu-system-x86 gcc:gcc c++:g++ git:git openssl:openssl victoria-metrics:victoria-metrics promtool:prometheus zsh:zsh fish:fish mandoc:mandoc systemd-analyze:systemd lintian:lintian tmux:tmux"
  ;;
esac

major=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//')
if [ "${major:-0}" -lt 20 ]; then
  echo "albatross needs Node.js 20 or newer; found: $(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi

packages=
for pair in $needed; do
  PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || packages="$packages ${pair#*:}"
done
# a compiler without the C library's headers compiles nothing of ours
if [ "$what" = test ] && [ ! -e /usr/include/stdio.h ]; then packages="$packages libc6-dev"; fi

if [ -n "$packages" ]; then
  install="apt-get install -y --no-install-recommends$packages"
  if [ "$(id -u)" != 0 ]; then
    echo "Debian packages are missing. Type this, then try again:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 1
  fi
  echo "installing Debian packages:$packages"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive $install -q >/dev/null
fi

# npm writes this file last; it is older than the lock when the lock has changed since
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "installing npm packages"
  npm ci --no-fund --no-audit --loglevel=error
  touch node_modules/.package-lock.json
fi
