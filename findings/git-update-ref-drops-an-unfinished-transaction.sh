#!/bin/sh
# git update-ref --stdin drops a transaction without an error when its input ends early.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  an exit code other than 0, or a message: a transaction was started and prepared
#            and nothing came of it.
# Behaviour: exit code 0 and "prepare: ok", but no ref. A writer that was cut off looks like
#            one that succeeded; only the line "commit: ok" says that it did.
# Seen:
#   start: ok
#   prepare: ok
#   exit 0, refs: 0
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
commit=$(git commit-tree -m x "$(git mktree </dev/null)")
seen=$(
  printf 'start\ncreate refs/heads/ledger %s\nprepare\n' "$commit" | git update-ref --stdin 2>&1
  echo "exit $?, refs: $(git for-each-ref | wc -l)"
)
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
