#!/bin/sh
# git hash-object names other bytes when it is given a file than when it reads them.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  one name for the same bytes, by whatever way they come.
# Behaviour: for a file the attributes of its path count: with text=auto its CRLF becomes
#            LF first. A program that compares the SHA-1 of bytes with that of git sees a
#            difference in a file that is the same. --no-filters takes it as it is.
# Seen:
#   file: LF
#   standard input: CRLF
#   file, --no-filters: CRLF
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download git=1:2.39.5-0+deb12u3 >/dev/null 2>&1 && dpkg -x git_*.deb . ||
  { echo 'cannot install git 1:2.39.5-0+deb12u3' >&2; exit 2; }
export PATH="$tmp/usr/bin:$PATH" GIT_EXEC_PATH="$tmp/usr/lib/git-core" HOME="$tmp"
export GIT_CONFIG_NOSYSTEM=1 GIT_TEMPLATE_DIR= GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git init -q repo && cd repo || exit 2
echo '* text=auto' >.gitattributes
printf 'a\r\n' >stpd.ini
lf=$(printf 'a\n' | git hash-object --stdin)
crlf=$(printf 'blob 3\000a\r\n' | sha1sum | cut -d' ' -f1)
say() { case $1 in "$lf") echo LF ;; "$crlf") echo CRLF ;; *) echo "$1" ;; esac }
seen="file: $(say "$(git hash-object stpd.ini)")
standard input: $(say "$(git hash-object --stdin <stpd.ini)")
file, --no-filters: $(say "$(git hash-object --no-filters stpd.ini)")"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
