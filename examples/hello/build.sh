#!/bin/sh
# Builds hello.virtio, hello.spt, hello.hvt, echo.spt and echo.hvt into a directory: sh build.sh OUTDIR
# The same compiler and linker give the same bytes; images/ was built with those of Debian 12.
set -eu

mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/src"
export LC_ALL=C
umask 022

# Guests have no floating point state (and some software KVMs cannot run SSE at all), no red zone
# under an interrupt, no C library.
compile="gcc -std=c11 -Os -Wall -Wextra -Werror -march=x86-64 -mgeneral-regs-only -mno-red-zone
  -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none
  -fno-ident -fno-tree-loop-distribute-patterns"
link="-static -no-pie -nostdlib -s -Wl,--build-id=none -Wl,-z,noseparate-code
  -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--fatal-warnings -T hello.lds"

# image NAME ABI_TARGET ABI_VERSION SOURCE...
image() {
  name=$1 abi="-DABI_TARGET=$2 -DABI_VERSION=$3"
  shift 3
  # shellcheck disable=SC2086 # the variables are lists of options
  $compile $link $abi notes.S hello.c options.c line.c "$@" -o "$out/$name"
  chmod 644 "$out/$name"
}

image hello.virtio 3 1 virtio-boot.S virtio.c traps.c
image hello.spt 2 2 spt.c
image hello.hvt 1 2 hvt.c traps.c
image echo.spt 2 2 -DWITH_DEVICES devices.c spt-devices.c
image echo.hvt 1 2 -DWITH_DEVICES devices.c hvt-devices.c traps.c
