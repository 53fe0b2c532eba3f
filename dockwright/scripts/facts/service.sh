# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
case $state in ready*) ;; *) exit 0 ;; esac
said=$(docker info --format '{{.Swarm.ControlAvailable}}') || exit 1
echo "manager $said"
[ "$said" = true ] || exit 0
docker version --format 'api {{.Server.APIVersion}}' || exit 1
docker service ls --format 'named {{.ID}} {{.Name}}' || exit 1
docker service ls --filter label=dockwright.leaf --format 'count {{.ID}} {{.Replicas}}'
docker secret ls --filter label=dockwright.leaf --format 'secret {{.ID}} {{.Name}} {{.Label "dockwright.leaf"}}'
ids=$(docker service ls --quiet --filter label=dockwright.leaf)
[ -n "$ids" ] || exit 0
# shellcheck disable=SC2086 # words of it; one that goes in between is no error
docker service inspect --format '{{json .}}' $ids 2>/dev/null | sed -n 's/^{/service {/p'
targets='{{range .Spec.TaskTemplate.Networks}}{{println .Target}}{{end}}'
# shellcheck disable=SC2086
nets=$(docker service inspect --format "$targets" $ids 2>/dev/null | sort -u)
# shellcheck disable=SC2086
[ -z "$nets" ] || docker network inspect --format 'network {{.ID}} {{.Name}}' $nets 2>/dev/null
true
