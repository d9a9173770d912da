#!/bin/sh
# Python's configparser ends a section's name at the last bracket of the line.
#
# Software:  Python 3.11 (Debian python3.11-minimal 3.11.2-6+deb12u9)
# Expected:  the section STPD_Server; what follows the bracket is a comment or an error.
# Behaviour: "[STPD_Server] # was [Old]" is the section "STPD_Server] # was [Old", and
#            "[STPD_Server]x" is the section STPD_Server: the rest is skipped in silence.
# Seen:
#   '[STPD_Server] # was [Old]' -> 'STPD_Server] # was [Old'
#   '[STPD_Server]x' -> 'STPD_Server'
set -u
recorded=$(sed -n '/^# Seen:/,/^[^#]/s/^#   //p' "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
apt-get download python3.11-minimal=3.11.2-6+deb12u9 libpython3.11-minimal=3.11.2-6+deb12u9 \
  libpython3.11-stdlib=3.11.2-6+deb12u9 >/dev/null 2>&1 &&
  for package in ./*.deb; do dpkg -x "$package" .; done ||
  { echo 'cannot install python3.11-minimal 3.11.2-6+deb12u9' >&2; exit 2; }
cat >run.py <<'EOF'
from configparser import ConfigParser

for line in ["[STPD_Server] # was [Old]", "[STPD_Server]x"]:
    config = ConfigParser()
    config.read_string(line + "\nport = 1\n")
    print(f"{line!r} -> {config.sections()[0]!r}")
EOF
seen=$(PYTHONHOME="$tmp/usr" usr/bin/python3.11 -S run.py 2>&1)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
