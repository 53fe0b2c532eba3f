# shellcheck shell=sh
path=@PATH@
if [ -L "$path" ]; then echo "kind link to $(readlink "$path")"
elif [ -f "$path" ]; then echo 'kind file'
elif [ -d "$path" ]; then echo 'kind folder'
elif [ -e "$path" ]; then echo 'kind other'; fi
[ -f "$path" ] || exit 0
stat -L -c 'access %a %U:%G %u:%g' "$path"
case $(stat -L -c %a "$path") in *[4567]) ;; *) exit 0 ;; esac
[ "$(stat -L -c %s "$path")" -le 262144 ] || { echo large; exit 0; }
echo "text $(base64 -w0 <"$path")"
