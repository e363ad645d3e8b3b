#!/bin/sh
# Installs assume-role: sh install.sh [version]
#
# Downloads the executable for this system, checks it against the SHA-256 of the
# release, and puts it into $PREFIX/bin, or ~/.local/bin. Nothing is installed
# that does not match.
#
# ASSUME_ROLE_INSTALL_URL is where releases are, if not at GitHub.
set -eu

# fail <error> [hint]
fail() {
  printf 'install.sh: error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf 'install.sh: hint: %s\n' "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# has_musl_only <loader of glibc>: whether this system has musl, and no glibc beside it
has_musl_only() {
  if has ldd; then
    ldd --version 2>&1 | grep -qi musl || return 1
  else
    [ ! -e "$1" ] || return 1
    set -- "$1" /lib/ld-musl-*
    [ -e "$2" ] || return 1
  fi
  # The loader of Alpine's package gcompat has the path of glibc's loader.
  ! "$1" --version 2>/dev/null | grep -qi -e glibc -e 'gnu libc'
}

find_target() {
  system=$(uname -s)
  processor=$(uname -m)
  case $processor in
    x86_64 | amd64) processor=x86_64 loader=/lib64/ld-linux-x86-64.so.2 ;;
    aarch64 | arm64) processor=aarch64 loader=/lib/ld-linux-aarch64.so.1 ;;
    *) fail "there is no executable for the processor $processor" ;;
  esac
  case $system in
    Linux)
      if has_musl_only "$loader"; then
        fail "the executable needs glibc, and this system has musl, as Alpine Linux has" \
          "use an image of Debian or a distroless image, or install Deno ('apk add deno') and run 'deno run -A jsr:@x/assume-role'"
      fi
      echo "$processor-unknown-linux-gnu"
      ;;
    Darwin)
      # A shell that is translated by Rosetta calls the processor what it is not.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || echo 0)" = 1 ]; then
        processor=aarch64
      fi
      echo "$processor-apple-darwin"
      ;;
    *) fail "there is no executable for $system; on Windows use install.ps1" ;;
  esac
}

# download <url> <file>
download() {
  if has curl; then
    case $1 in
      https://*) curl --proto '=https' --tlsv1.2 -fsSL "$1" -o "$2" ;;
      *) curl -fsSL "$1" -o "$2" ;;
    esac
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    fail "cannot download: neither curl nor wget is installed"
  fi || fail "cannot download $1"
}

sha256() {
  if has sha256sum; then
    sha256sum <"$1"
  else
    shasum -a 256 <"$1"
  fi | cut -d ' ' -f 1
}

main() {
  version=${1:-}
  releases=${ASSUME_ROLE_INSTALL_URL:-https://github.com/x/assume-role/releases}
  has sha256sum || has shasum ||
    fail "cannot check the download: neither sha256sum nor shasum is installed"
  case $version in
    *[!0-9A-Za-z.+-]*) fail "a version is written like 0.1.0" ;;
  esac
  target=$(find_target)
  if [ -n "${PREFIX:-}" ]; then
    directory=$PREFIX/bin
  else
    directory=${HOME:?}/.local/bin
  fi

  # mv would move the executable into this directory.
  [ ! -d "$directory/assume-role" ] || fail "$directory/assume-role is a directory"

  work=$(mktemp -d)
  staged=$directory/.assume-role.$$
  trap 'rm -rf "$work" "$staged"' EXIT
  trap 'exit 1' HUP INT TERM

  if [ -n "$version" ]; then
    version=${version#v}
    download "$releases/download/v$version/SHA256SUMS" "$work/SHA256SUMS"
  else
    download "$releases/latest/download/SHA256SUMS" "$work/SHA256SUMS"
    version=$(sed -n "s/^[0-9a-f]*  assume-role-\(.*\)-$target\$/\1/p" "$work/SHA256SUMS")
  fi
  case $version in
    '' | *[!0-9A-Za-z.+-]*) fail "the release has no executable for $target" ;;
  esac
  name=assume-role-$version-$target
  expected=$(sed -n "s/^\([0-9a-f]*\)  $name\$/\1/p" "$work/SHA256SUMS")
  [ "${#expected}" -eq 64 ] || fail "the release has no SHA-256 of $name"

  download "$releases/download/v$version/$name" "$work/$name"
  actual=$(sha256 "$work/$name")
  [ "$actual" = "$expected" ] ||
    fail "$name does not match the release: its SHA-256 is $actual, not $expected; nothing was installed"

  mkdir -p "$directory"
  # Replaced in one step: an assume-role that runs meanwhile goes on.
  cp "$work/$name" "$staged"
  chmod 755 "$staged"
  mv -f "$staged" "$directory/assume-role"
  echo "Installed assume-role $version as $directory/assume-role"
  case :${PATH:-}: in
    *:"$directory":*) ;;
    *) echo "Add $directory to your PATH, so that the shell finds assume-role" ;;
  esac
}

# At the end, so that a download of this file that was cut off does nothing.
main "$@"
