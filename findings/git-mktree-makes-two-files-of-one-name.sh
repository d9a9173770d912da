#!/bin/sh
# git mktree makes a tree with two files of one name.
#
# Software:  git 2.39.5 (Debian 1:2.39.5-0+deb12u3)
# Expected:  an error, as for a slash in a name or for an object that is not there.
# Behaviour: the tree is written, a commit of it too; only fsck sees it. Which of the two
#            files a reader gets depends on the reader.
# Seen:
#   mktree: exit 0, 2 entries
#   commit-tree: exit 0
#   fsck: contains duplicate file entries
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
one=$(echo 1 | git hash-object -w --stdin)
two=$(echo 2 | git hash-object -w --stdin)
tree=$(printf '100644 blob %s\tledger.json\n' "$one" "$two" | git mktree 2>/dev/null)
seen="mktree: exit $?, $(git ls-tree "$tree" | wc -l) entries"
git commit-tree -m x "$tree" >/dev/null 2>&1
seen="$seen
commit-tree: exit $?
fsck: $(git fsck 2>&1 | grep -o 'contains duplicate file entries' | head -n 1)"
printf '%s\n' "$seen"
[ "$seen" = "$recorded" ] && exit 0
echo 'changed: not the recorded output' >&2
exit 1
