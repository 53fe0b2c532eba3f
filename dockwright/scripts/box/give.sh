# shellcheck shell=sh
# give.sh FOLDER UID:GID FORMER_UID:FORMER_GID…: what is of a former owner in FOLDER is the new one's
set -eu
folder=$1 owner=$2; shift 2
# what is of others in it stays theirs; links are given themselves, and not what they name
for former; do
    find -H "$folder" -mindepth 1 -maxdepth 1 -exec \
        chown -R -h --from="${former%:*}" -- "${owner%:*}" {} +
    find -H "$folder" -mindepth 1 -maxdepth 1 -exec \
        chown -R -h --from=":${former#*:}" -- ":${owner#*:}" {} +
done
# last: it is what tells the next run that one was interrupted
chown -- "$owner" "$folder"
