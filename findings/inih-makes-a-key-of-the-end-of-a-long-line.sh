#!/bin/sh
# inih makes a second key of what a line has beyond 199 characters.
#
# Software:  libinih1 and libinih-dev 55 (Debian 55-1)
# Expected:  the whole value, or an error with the number of the line.
# Behaviour: a line is read in pieces of 199 bytes and each piece is taken for a line. Of a
#            long priority string the first part becomes the value, the rest is cut at its first
#            colon into a key and its value, and ini_parse returns 0.
# Seen:
#   priority = 190 characters
#   VERS-TLS1.0 = 12 characters
#   port = 5 characters
#   ini_parse: 0
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
command -v gcc >/dev/null || { echo 'gcc is needed' >&2; exit 2; }
apt-get download libinih1=55-1 libinih-dev=55-1 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install libinih1 55-1' >&2; exit 2; }
cat >read.c <<'EOF'
#include <ini.h>
#include <stdio.h>
#include <string.h>

static int show(void *user, const char *section, const char *name, const char *value)
{
    printf("%s = %zu characters\n", name, strlen(value));
    return 1;
}

int main(void)
{
    printf("ini_parse: %d\n", ini_parse("a.ini", show, NULL));
    return 0;
}
EOF
library=$(echo "$tmp"/usr/lib/*-linux-gnu)
gcc -I usr/include read.c -L "$library" -l:libinih.so.1 -o read 2>gcc.txt || { cat gcc.txt >&2; exit 2; }
value=NORMAL
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do value=$value:-VERS-TLS1.0; done
printf '[Server]\npriority=%s\nport=11001\n' "$value" >a.ini
seen=$(LD_LIBRARY_PATH=$library ./read 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
